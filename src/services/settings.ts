import type { z } from 'zod';
import type { Ref } from '../channels/channel.js';
import { isLocalDate } from '../domain/localDate.js';
import type { Question } from '../domain/question.js';
import { requireAdmin } from './requireAdmin.js';
import { refuse } from './refuse.js';
import type { Actor, Services, Unit } from './services.js';
import { daySchema, topicSchema, unitSchema, valueSchemas, type Snapshot } from './settingKinds.js';
import type { SettingsCache } from './settingsCache.js';

const MOST_MOVES = 20;

/** What an authority changes (design): every change is checked, recorded with before and after, and an admin's. */
export function createSettings(deps: {
  settings: SettingsCache;
  recount: (by: Actor, cause: string) => Promise<Question[]>;
  config: { boardChat?: Ref };
}): Services['settings'] {
  const { settings, recount, config } = deps;
  type Wanted = { kind: string; key: string; value: unknown; fallback?: unknown };
  const change = async (wanted: Wanted, by: Actor, cause: string): Promise<void> => {
    requireAdmin(by);
    await settings.change({ ...wanted, by: by.account, cause });
  };

  return {
    boardChat: async () => resolveChat(await settings.read(), config.boardChat),
    async moveChat(from, to) {
      const { moved } = await settings.read();
      if (moved.get(from) === to) return;
      await settings.change({
        kind: 'moved',
        key: from,
        value: to,
        by: 'system',
        cause: `moved:${from}:${to}`,
      });
    },

    async units() {
      const snapshot = await settings.read();
      return snapshot.units.map((unit) => withCurrentChat(snapshot, unit));
    },
    unitOfChat: async (chat) => findUnitOfChat(await settings.read(), chat),
    async saveUnit(unit, by, cause) {
      const value = check(unitSchema, unit);
      const snapshot = await settings.read();
      const other = value.chat === undefined ? undefined : findUnitOfChat(snapshot, value.chat);
      if (other && other.id !== value.id) throw refuse('unit-chat-taken', { unit: other.name });
      const fallback = snapshot.units.find(({ id }) => id === value.id);
      await change({ kind: 'unit', key: value.id, value, fallback }, by, cause);
    },

    topics: async () => (await settings.read()).topics,
    async saveTopic(topic, by, cause) {
      const value = check(topicSchema, topic);
      const fallback = (await settings.read()).topics.find(({ id }) => id === value.id);
      await change({ kind: 'topic', key: value.id, value, fallback }, by, cause);
    },

    async calendarDays(year) {
      const { days } = await settings.read();
      return days
        .filter(({ date }) => date.startsWith(`${year}-`))
        .sort((a, b) => (a.date < b.date ? -1 : 1));
    },
    async saveCalendarDay(day, by, cause) {
      const value = check(daySchema, day);
      const fallback = (await settings.read()).days.find(({ date }) => date === value.date);
      await change({ kind: 'day', key: value.date, value, fallback }, by, cause);
      return { recomputed: (await recount(by, cause)).length };
    },
    async dropCalendarDay(date, by, cause) {
      if (!isLocalDate(date)) throw refuse('bad-value', { field: 'date' });
      const fallback = (await settings.read()).days.find((day) => day.date === date);
      await change({ kind: 'day', key: date, value: null, fallback }, by, cause);
      return { recomputed: (await recount(by, cause)).length };
    },

    complaintContact: async () => (await settings.read()).values.complaintContact,
    values: async () => (await settings.read()).values,
    async setValue(name, wanted, by, cause) {
      const value = check<unknown>(valueSchemas[name], wanted, name);
      const fallback = (await settings.read()).values[name];
      await change({ kind: 'value', key: name, value, fallback }, by, cause);
    },
  };
}

/** Where a chat is now, after the platform gave it other ids. */
export function resolveChat({ moved }: Pick<Snapshot, 'moved'>, chat: Ref | undefined): Ref | undefined {
  let now = chat;
  for (let moves = 0; now !== undefined && moves < MOST_MOVES; moves++) {
    const next = moved.get(now);
    if (next === undefined) break;
    now = next;
  }
  return now;
}

/** The unit whose chat this is, by its former id too. */
export function findUnitOfChat(snapshot: Snapshot, chat: Ref): Unit | undefined {
  const now = resolveChat(snapshot, chat);
  const unit = snapshot.units.find(
    (one) => one.chat !== undefined && resolveChat(snapshot, one.chat) === now,
  );
  return unit && withCurrentChat(snapshot, unit);
}

function withCurrentChat(snapshot: Snapshot, unit: Unit): Unit {
  const chat = resolveChat(snapshot, unit.chat);
  return chat === undefined || chat === unit.chat ? unit : { ...unit, chat };
}

function check<T>(schema: z.ZodType<T>, value: unknown, name?: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refuse('bad-value', { field: parsed.error.issues[0]?.path.join('.') || (name ?? '') });
}
