import type { DeliveryFaults, FaultRate, NextFault } from './createFaults.js';
import type { CallRecord, Counts, UpdateRecord } from './createRecord.js';
import type { GroupHandle, NewGroup } from './createActors.js';
import type { Limits } from './createLimits.js';
import type { NewUser } from './createWorld.js';
import { driveFlows, type DriveOptions, type DriveReport } from './driveFlows.js';
import type { ShownMessage } from './showMessage.js';
import {
  startTelegramSimulator,
  type TelegramSimulator,
  type TelegramSimulatorOptions,
} from './startTelegramSimulator.js';
import type { UpdateContent } from './wire.js';

export type StandaloneOptions = Omit<TelegramSimulatorOptions, 'clock'>;
/** Where somebody acts: in private unless a group's id is given. */
type Where = { chatId?: number; messageId?: number };
type GroupByIds = Omit<NewGroup, 'members' | 'admins' | 'creator'> & {
  members?: number[];
  admins?: number[];
  creator?: number;
};

/** What a simulator in a process of its own can be asked; everything in it can be sent between processes. */
export type StandaloneApi = {
  start(
    options: StandaloneOptions,
  ): Promise<{ apiRoot: string; token: string; bot: TelegramSimulator['bot'] }>;
  users(count: number, given?: Omit<NewUser, 'id'>): number[];
  group(given: GroupByIds): number;
  says(userId: number, text: string, where?: Where): number;
  /** `button` is the source of a pattern for the button's text. */
  presses(userId: number, button: string, where?: Where): void;
  forges(userId: number, data: string, where?: Where): void;
  blocks(userId: number): void;
  joins(chatId: number, userId: number): void;
  leaves(chatId: number, userId: number): void;
  inject(content: UpdateContent & Record<string, unknown>, chatId?: number): number | undefined;
  messages(userId: number, where?: Where): ShownMessage[];
  counts(): Counts;
  calls(filter?: { method?: string; chatId?: number }): CallRecord[];
  updates(): UpdateRecord[];
  sentTo(chatId: number): CallRecord[];
  clearRecord(): void;
  faultNext(fault: NextFault): void;
  faultRate(fault: FaultRate): void;
  faultDeliver(faults: DeliveryFaults): void;
  clearFaults(): void;
  setLimits(limits: Limits | 'off'): void;
  drive(options: DriveOptions): Promise<DriveReport>;
  pendingUpdates(): number;
  idle(): Promise<void>;
  /** Resident memory of the simulator's process, bytes. */
  memory(): number;
  close(): Promise<void>;
};

/** The simulator behind plain calls, for `runStandalone`. `start` comes first. */
export function createStandaloneApi(): StandaloneApi {
  let running: TelegramSimulator | undefined;
  const groups = new Map<number, GroupHandle>();

  const sim = (): TelegramSimulator => {
    if (!running) throw new Error('call start first');
    return running;
  };
  const groupOf = (id: number): GroupHandle => {
    const group = groups.get(id);
    if (!group) throw new Error(`no group ${id}`);
    return group;
  };
  const chatOf = (userId: number, where: Where = {}) =>
    where.chatId === undefined ? sim().userById(userId).private() : groupOf(where.chatId).as({ id: userId });

  return {
    async start(options) {
      running = await startTelegramSimulator(options);
      const { apiRoot, token, bot } = running;
      return { apiRoot, token, bot };
    },
    users: (count, given) => sim().users(count, given),
    group({ members = [], admins = [], creator, ...given }) {
      const user = (id: number) => sim().userById(id);
      const people = { members: members.map(user), admins: admins.map(user) };
      const group = sim().group({
        ...given,
        ...people,
        ...(creator === undefined ? {} : { creator: user(creator) }),
      });
      groups.set(group.id, group);
      return group.id;
    },
    says: (userId, text, where) => chatOf(userId, where).says(text).messageId,
    presses: (userId, button, where) =>
      void chatOf(userId, where).presses(new RegExp(button, 'u'), where?.messageId),
    forges: (userId, data, where = {}) =>
      void chatOf(userId, where).forges(
        data,
        where.messageId === undefined ? {} : { messageId: where.messageId },
      ),
    blocks: (userId) => sim().userById(userId).blocks(),
    joins: (chatId, id) => groupOf(chatId).joins({ id }),
    leaves: (chatId, id) => groupOf(chatId).leaves({ id }),
    inject: (content, chatId) => sim().inject(content, chatId)?.update_id,
    messages: (userId, where) => chatOf(userId, where).messages(),
    counts: () => sim().record.counts,
    calls: (filter) => sim().record.calls(filter),
    updates: () => sim().record.updates(),
    sentTo: (chatId) => sim().record.sentTo(chatId),
    clearRecord: () => sim().record.clear(),
    faultNext: (fault) => sim().faults.next(fault),
    faultRate: (fault) => void sim().faults.rate(fault),
    faultDeliver: (faults) => sim().faults.deliver(faults),
    clearFaults: () => sim().faults.clear(),
    setLimits: (limits) => sim().setLimits(limits),
    drive: (options) => driveFlows(sim(), options),
    pendingUpdates: () => sim().pendingUpdates(),
    idle: () => sim().idle(),
    memory: () => process.memoryUsage().rss,
    close: () => sim().close(),
  };
}
