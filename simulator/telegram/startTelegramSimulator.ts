import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../../src/clock.js';
import { createActors, type GroupHandle, type NewGroup, type UserHandle } from './createActors.js';
import { createApiServer, runWebhookReply } from './createApiServer.js';
import { createCallbackQueries } from './createCallbackQueries.js';
import { createEvents, type Events } from './createEvents.js';
import { createFaults, type Faults } from './createFaults.js';
import { createFiles } from './createFiles.js';
import { createIdle } from './createIdle.js';
import { createLimits, type Limits } from './createLimits.js';
import { createPolling } from './createPolling.js';
import { createRecord, type Record_ } from './createRecord.js';
import { createUpdateQueue } from './createUpdateQueue.js';
import { createWebhookDelivery, type Redelivery } from './createWebhookDelivery.js';
import { createWorld, type NewUser } from './createWorld.js';
import type { Context } from './context.js';
import type { UpdateContent, WireUpdate } from './wire.js';

export type TelegramSimulatorOptions = {
  /** The system clock unless told. Limits, repetitions, long polling and expiry follow it. */
  clock?: Clock;
  token?: string;
  /** 0 (any free port) unless told. */
  port?: number;
  botUsername?: string;
  /** Telegram's own limits unless told; see `Limits`. */
  limits?: Limits | 'off';
  /** How a webhook delivery that failed is repeated; Telegram's way unless told. */
  redeliver?: Redelivery;
  /** 'counts' keeps only counters, 50 messages a chat and 1000 files, for long runs; 'full' (default) everything. */
  record?: 'full' | 'counts';
  /** How long a press waits for answerCallbackQuery; 60. */
  callbackAnswerSeconds?: number;
};

export type TelegramSimulator = {
  /** For telegraf's `telegram.apiRoot`. */
  apiRoot: string;
  token: string;
  bot: { id: number; username: string };
  user(given?: NewUser): UserHandle;
  /** Many people at once, without a handle each; gives their ids. */
  users(count: number, given?: Omit<NewUser, 'id'>): number[];
  userById(id: number): UserHandle;
  group(given: NewGroup): GroupHandle;
  /** The next free user id, for somebody the bot has never met. */
  newUserId(): number;
  /** Sends the bot any update as it is, whatever no app would send; gives it with its id. */
  inject(content: UpdateContent & Record<string, unknown>, chatId?: number): WireUpdate | undefined;
  /** The bytes of a file that went through, whoever sent it. */
  fileBytes(fileId: string): Buffer | undefined;
  record: Record_;
  faults: Faults;
  setLimits(limits: Limits | 'off'): void;
  on: Events['on'];
  /** Updates that wait for the bot. */
  pendingUpdates(): number;
  /** Resolves once no update waits for delivery and no call runs. What the bot still has in mind it does not know. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts a stand-in for api.telegram.org on loopback that behaves as telegraf sees the real one: methods, errors,
 * limits, webhook and polling (https://core.telegram.org/bots/api), with people and groups to play in it.
 */
export async function startTelegramSimulator(
  options: TelegramSimulatorOptions = {},
): Promise<TelegramSimulator> {
  const { context, idle } = createContext(options);
  const { world, queue, delivery, polling, files, limits, faults, record, events, token } = context;
  const server = createApiServer(context, idle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  // A TCP server has an AddressInfo; only a pipe's address is a string.
  const { port } = server.address() as AddressInfo;
  const actors = createActors(context);

  return {
    apiRoot: `http://127.0.0.1:${port}`,
    token,
    bot: { id: world.bot.id, username: world.bot.username ?? '' },
    user: actors.user,
    users: (count, given = {}) => Array.from({ length: count }, () => world.addPerson(given).wire.id),
    userById: actors.userById,
    group: actors.group,
    newUserId: world.newUserId,
    inject: (content, chatId) => queue.push(content, chatId),
    fileBytes: (fileId) => files.byId(fileId)?.bytes,
    record,
    faults,
    setLimits: (next) => limits.set(next),
    on: (event, listener) => events.on(event, listener),
    pendingUpdates: () => queue.pending.size,
    idle: idle.idle,
    async close() {
      polling.close();
      delivery.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

function createContext(options: TelegramSimulatorOptions) {
  const { clock = systemClock, record: mode = 'full' } = options;
  const token = options.token ?? '700000001:simulated-token-good-on-loopback-only';
  const events = createEvents();
  const record = createRecord(mode);
  const bot = {
    id: Number(token.split(':')[0]),
    is_bot: true,
    first_name: 'Dân hỏi',
    username: options.botUsername ?? 'danhoi_bot',
  };
  const keepMessages = mode === 'full' ? Infinity : 50;
  const world = createWorld({ clock, events, bot, keepMessages });
  const queue = createUpdateQueue({ clock, record, events });
  const faults = createFaults();
  const idle = createIdle(queue);
  const delivery = createWebhookDelivery({
    clock,
    queue,
    record,
    faults,
    redelivery: options.redeliver ?? {},
    onReply: (reply) => void runWebhookReply(context, idle, reply),
  });
  const context: Context = {
    clock,
    token,
    world,
    queue,
    delivery,
    polling: createPolling({ clock, queue, record }),
    callbacks: createCallbackQueries(clock, options.callbackAnswerSeconds ?? 60),
    files: createFiles(mode === 'full' ? Infinity : 1000),
    limits: createLimits(clock, options.limits ?? {}, () => record.counts.limited++),
    faults,
    record,
    events,
    profile: new Map(),
  };
  return { context, idle };
}
