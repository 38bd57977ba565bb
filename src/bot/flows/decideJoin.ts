import type { Flow } from '../../conversation/flow.js';
import { parseCode } from '../../domain/questionCode.js';
import { type DecideWorld, type Decision, HOUR_MS, howToReply } from './decideText.js';

type Draft = { code: string; into?: string };

/** Which question another one is joined to (A5, C1): its code, a look at both, the decision. */
export function decideJoin(): Flow<Draft, DecideWorld, Decision> {
  return {
    name: 'decide-join',
    version: 1,
    first: 'into',
    start: () => ({ code: '' }),
    steps: {
      into: {
        ask: ({ code }, { world }) => ({
          phrase: { key: 'board:ask.join', values: { code, reply: howToReply(world) } },
        }),
        take(reply, draft, { world }) {
          const into = reply.kind === 'text' ? parseCode(reply.text, world.year) : undefined;
          if (into === undefined || into === draft.code)
            return { ok: false, wrong: { key: 'board:wrong.join' } };
          return { ok: true, value: { draft: { ...draft, into } } };
        },
        next: () => 'confirm',
      },
      confirm: {
        ask: ({ code, into = '' }) => ({
          phrase: { key: 'board:confirm.join', values: { code, into } },
          choices: [[{ value: 'send', label: { key: 'board:button.join' } }]],
        }),
        take: (reply, draft) =>
          reply.kind === 'choice'
            ? { ok: true, value: { draft } }
            : { ok: false, wrong: { key: 'board:wrong.confirm' } },
        next: () => 'done',
      },
    },
    finish: ({ code, into = '' }) => ({ action: 'join', code, into }),
    rest: { remindAfterMs: Infinity, lapseAfterMs: 24 * HOUR_MS },
  };
}
