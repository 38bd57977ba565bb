/** The direction of dependencies (README, "The tree"; docs/decisions). Each rule says why. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Files that import each other in a loop cannot be understood or tested one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('domain-is-pure', '^src/domain/', [], 'The rules know nothing of the store, the bot or a platform.'),
    {
      name: 'domain-does-no-io',
      comment: 'A rule that reads a file or a socket cannot be tested by a table.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    only(
      'services-know-domain-and-store',
      '^src/services/',
      ['^src/domain/', '^src/store/', '^src/clock\\.ts$', '^src/log\\.ts$', '^src/channels/channel\\.ts$'],
      'A use case is the same whoever calls it: it knows no bot, no conversation and no platform.',
    ),
    only(
      'conversation-is-neutral',
      '^src/conversation/',
      ['^src/domain/', '^src/channels/channel\\.ts$'],
      'The engine takes state and a reply and gives state and words; it does no I/O and knows no question.',
    ),
    only(
      'bot-talks-to-ports',
      '^src/bot/',
      [
        '^src/domain/',
        '^src/services/',
        '^src/conversation/',
        '^src/channels/channel\\.ts$',
        '^src/clock\\.ts$',
        '^src/log\\.ts$',
      ],
      'What people see is put together from use cases and the engine, never from the store or a platform.',
    ),
    {
      name: 'channels-only-carry',
      comment: 'A channel verifies, decodes, acknowledges and sends, and nothing else.',
      severity: 'error',
      from: { path: '^src/channels/([^/]+)/' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/channels/$1/',
          '^src/channels/channel\\.ts$',
          '^src/domain/',
          '^src/clock\\.ts$',
          '^src/log\\.ts$',
        ],
      },
    },
    only(
      'delivery-knows-the-port',
      '^src/delivery/',
      [
        '^src/channels/channel\\.ts$',
        '^src/store/',
        '^src/bot/turn\\.ts$',
        '^src/domain/',
        '^src/clock\\.ts$',
        '^src/log\\.ts$',
      ],
      'The inbox and the outbox carry any message of any channel; what it says is none of their business.',
    ),
    only(
      'store-keeps-plain-data',
      '^src/store/',
      [
        '^src/domain/',
        '^src/services/services\\.ts$',
        '^src/bot/turn\\.ts$',
        '^src/channels/channel\\.ts$',
        '^src/conversation/flow\\.ts$',
        '^src/clock\\.ts$',
        '^src/log\\.ts$',
      ],
      'The store keeps documents; it takes their types from where they are explained.',
    ),
    {
      name: 'one-place-opens-the-embedded-store',
      comment:
        'The product speaks to MongoDB; that it may be embedded is known to the place that connects only.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/store/embedded/', '^src/store/connect\\.ts$'] },
      to: { path: '^src/store/embedded/' },
    },
    {
      name: 'telegraf-stays-in-its-channel',
      comment: 'Nothing outside channels/telegram may know Telegram.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/channels/telegram/' },
      to: { path: '^node_modules/(telegraf|@telegraf)/' },
    },
    {
      name: 'only-app-meets-the-concrete',
      comment: 'app.ts wires the parts; a second wiring place would drift from it.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(app|main)\\.ts$', '^src/channels/'] },
      to: { path: '^src/channels/[^/]+/' },
    },
    {
      name: 'product-without-simulator',
      comment: 'The stand-ins for the platforms are no part of a production start.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(simulator|test|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
