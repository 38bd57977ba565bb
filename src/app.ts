/** Puts the parts together. The one place that meets the concrete ones; main, the demo and the tests start here. */
import type { Connection } from 'mongoose';
import { createAnnounce } from './bot/notices/createAnnounce.js';
import { createRespondBoard } from './bot/board/respondBoard.js';
import { createRespondMember } from './bot/board/respondMember.js';
import { createRespondPrivate } from './bot/citizen/respondPrivate.js';
import { createRestWatch } from './bot/citizen/restFlows.js';
import { commandMenus } from './bot/commandMenus.js';
import { createRespond } from './bot/respond.js';
import { createTexts } from './bot/texts.js';
import type { Show } from './bot/turn.js';
import { createRespondUnit } from './bot/unit/respondUnit.js';
import { splitRef, type Channel, type Incoming, type Ref } from './channels/channel.js';
import { createTelegramChannel } from './channels/telegram/createTelegramChannel.js';
import { createZaloChannel } from './channels/zalo/createZaloChannel.js';
import type { Clock } from './clock.js';
import type { Config, ZaloConfig } from './config.js';
import { createDelivery } from './delivery/createDelivery.js';
import { DEFAULT_PLACES } from './domain/defaultPlaces.js';
import { DomainError } from './domain/errors.js';
import { createHttp } from './http/createHttp.js';
import { createTicks } from './jobs/createTicks.js';
import type { Log } from './log.js';
import { createServices } from './services/createServices.js';
import type { Lang, Services } from './services/services.js';
import { createChatsStore } from './store/chats.js';
import { connectStore } from './store/connect.js';
import { createZaloTokensStore } from './store/zaloTokens.js';
import { createOutboxStore } from './store/outbox.js';

/** What Telegram carries without being paid (https://core.telegram.org/bots/api#paid-broadcasts). */
const FREE_PER_SECOND = 30;

export type AppOptions = {
  config: Config;
  clock: Clock;
  newId: () => string;
  random: () => number;
  log: Log;
  /** 'off': `tick` is called by whoever started the app (tests, the demo). */
  ticks?: 'agenda' | 'off';
  /** A database of its own on a shared server. */
  database?: string;
};

export type App = Awaited<ReturnType<typeof createApp>>;

/** The whole bot, ready to start. Throws when the store cannot be reached. */
export async function createApp(options: AppOptions) {
  const { config, clock, log, newId, random } = options;
  const store = await connectStore({
    dataDir: config.dataDir,
    ...(config.mongodbUri === undefined ? {} : { mongodbUri: config.mongodbUri }),
    ...(options.database === undefined ? {} : { database: options.database }),
    onWarning: (code, fields) => log.warn(fields, code),
  });
  const { connection } = store;
  const texts = createTexts();
  const chats = createChatsStore(connection);
  const outbox = createOutboxStore(connection);
  const channels = new Map(
    [
      config.telegram && telegramChannel(options, config.telegram, () => delivery.holds('poller:telegram')),
      config.zalo &&
        zaloChannel(options, config.zalo, connection, (code, fields) =>
          announce.alert(code, fields, newId()),
        ),
    ].flatMap((channel) => (channel ? [[channel.name, channel] as const] : [])),
  );

  const channelOf = (ref: Ref): Channel => {
    const { channel: name } = splitRef(ref);
    const channel = channels.get(name);
    if (!channel) throw new DomainError('no-such-channel', { channel: name });
    return channel;
  };
  const capabilitiesOf = (ref: Ref) => channelOf(ref).capabilities;
  const placeName = (id: string) => DEFAULT_PLACES.find((place) => place.id === id)?.name;

  const languageOf = async (chat: Ref): Promise<Lang> => (await chats.load([chat]))[0]?.chat.language ?? 'vi';
  /** What delivery says by itself, where no turn can. */
  const tell = async (incoming: Incoming, key: string, suffix: string): Promise<Show> => ({
    chat: incoming.chat,
    message: { text: texts.render({ key }, await languageOf(incoming.chat)) },
    priority: 'reply',
    id: `${incoming.id}:${suffix}`,
  });

  const announce = createAnnounce({
    texts,
    clock,
    capabilitiesOf: (name) => capabilitiesOf(`${name}:`),
    placeName,
    languageOf,
    lookups: () => services,
    enqueue: (shows) => delivery.enqueue(shows),
  });
  const services: Services & { ensureIndexes(): Promise<void> } = createServices({
    connection,
    clock,
    newId,
    announce,
    config: { admins: config.admins, boardChat: config.boardChat, limits: config.limits },
    askMembership: (chat, account) => channelOf(chat).isMember(chat, account),
    log,
  });

  const groups = {
    services,
    texts,
    clock,
    capabilitiesOf: (name: string) => capabilitiesOf(`${name}:`),
    placeName,
    parked: () => delivery.figures()['parked'] ?? 0,
    canReach: async (account: Ref) => {
      const [marks] = await chats.marks([account]);
      return marks !== undefined && marks.unreachable === undefined;
    },
  };
  const delivery = createDelivery({
    connection,
    channels: [...channels.values()],
    clock,
    random,
    newId,
    exclusive: store.embedded,
    settings: { perAccountPerMinute: config.limits.messagesPerMinute },
    log,
    alert: (code, fields, cause) => announce.alert(code, fields, cause),
    hooks: {
      onMoved: (from, to) => services.settings.moveChat(from, to),
      overRate: (incoming) => tell(incoming, 'common:tooFast', 'too-fast'),
      apologise: async (incoming) =>
        isOwnDoing(incoming) ? tell(incoming, 'common:sorry', 'sorry') : undefined,
    },
    respond: createRespond(services.settings, {
      citizen: createRespondPrivate({
        services,
        texts,
        clock,
        capabilitiesOf,
        places: DEFAULT_PLACES,
        limits: config.limits,
      }),
      member: createRespondMember(groups),
      board: createRespondBoard(groups),
      unit: createRespondUnit(groups),
    }),
  });

  const rests = createRestWatch({
    texts,
    clock,
    capabilitiesOf,
    enqueue: (shows) => delivery.enqueue(shows),
    restingChats: (before, limit) => delivery.restingChats(before, limit),
    settle: (ref, key, expected, to) =>
      delivery.changeChat(ref, (chat) => {
        const state = chat.flows[key];
        if (state?.run !== expected.run || state.touchedAt.getTime() !== expected.touchedAt.getTime())
          return undefined;
        const { [key]: _lapsed, ...others } = chat.flows;
        const flows = to === 'lapsed' ? others : { ...chat.flows, [key]: { ...state, ...to } };
        return { chat: { ...chat, flows }, show: [] };
      }),
  });
  const tick = async (): Promise<void> => {
    await services.tick();
    await rests.tick();
    await showCommands();
  };
  // agenda reaches for the store as soon as it is made, so it is not made in vain.
  const ticks =
    options.ticks === 'off'
      ? undefined
      : createTicks({ db: connection.getClient().db(connection.name), tick, log });
  const http = createHttp({
    webhooks: [...channels.values()].flatMap((channel) => channel.webhooks()),
    ready: async () => answers(connection, log),
    metrics: async () => ({ ...delivery.figures(), mapped_bytes: store.mappedBytes() }),
    log,
  });
  const shownCommands = new Map<string, string>();
  let port = 0;

  return {
    services,
    tick,
    idle: () => delivery.idle(),
    nextDue: () => delivery.nextDue(),
    figures: () => delivery.figures(),
    /** What is still to be sent, oldest first, at most `limit`; for looking on (the demo page). */
    outbox: (limit: number) => outbox.unsent(limit),
    port: () => port,
    /** Indexes first, then the inbox, then the platforms; time last. */
    async start(): Promise<void> {
      await services.ensureIndexes();
      await delivery.start();
      port = await http.listen(config.port, config.host);
      for (const channel of channels.values()) {
        await channel.listen((updates) => delivery.accept(updates));
      }
      await showCommands();
      await ticks?.start();
    },
    /** The platforms first, so that nothing new comes; then what runs is finished; the store last. */
    async stop(): Promise<void> {
      await ticks?.stop();
      await Promise.all([...channels.values()].map((channel) => channel.quiet()));
      await http.close();
      await delivery.stop();
      await store.close();
    },
  };

  /** The commands in the clients, again whenever a unit's chat was bound or the board's moved. */
  async function showCommands(): Promise<void> {
    const board = await services.settings.boardChat();
    const units = (await services.settings.units()).flatMap((unit) => unit.chat ?? []);
    for (const channel of channels.values()) {
      const own = (ref: Ref): boolean => splitRef(ref).channel === channel.name;
      const menus = commandMenus(texts, {
        board: board && own(board) ? board : undefined,
        units: units.filter(own),
      });
      const now = JSON.stringify(menus);
      if (shownCommands.get(channel.name) === now) continue;
      await channel.showCommands(menus);
      shownCommands.set(channel.name, now);
    }
  }
}

/** Does the store answer now? */
async function answers(connection: Connection, log: Log): Promise<boolean> {
  try {
    return (await connection.db?.command({ ping: 1 })) !== undefined;
  } catch (err) {
    log.warn({ err }, 'store-away');
    return false;
  }
}

/** Whether somebody did this who waits for an answer now. */
function isOwnDoing({ event }: Incoming): boolean {
  return event.kind !== 'member' && event.kind !== 'reachable' && event.kind !== 'moved';
}

function telegramChannel(
  { clock, log }: AppOptions,
  config: NonNullable<Config['telegram']>,
  mayPoll: () => boolean,
): Channel {
  const { token, apiRoot, webhook, send } = config;
  return createTelegramChannel({
    token,
    apiRoot,
    clock,
    log,
    mayPoll,
    limits: send,
    paidBroadcast: send.perSecond > FREE_PER_SECOND,
    ...(webhook ? { publicUrl: webhook.publicUrl, webhookSecret: webhook.secret } : {}),
  });
}

function zaloChannel(
  { clock, log, newId }: AppOptions,
  config: ZaloConfig,
  connection: Connection,
  alert: (code: string, fields: Readonly<Record<string, string | number>>) => Promise<void>,
): Channel {
  const tokens = createZaloTokensStore(connection, { appId: config.appId, secretsKey: config.secretsKey });
  return createZaloChannel({ ...config, tokens, clock, newId, log, alert });
}
