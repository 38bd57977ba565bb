import { z } from 'zod';
import { createCalendar, type Calendar, type CalendarDay } from '../domain/calendar.js';
import { DEFAULT_TOPICS } from '../domain/defaultTopics.js';
import { DEFAULT_UNITS } from '../domain/defaultUnits.js';
import { isLocalDate } from '../domain/localDate.js';
import { OFFICIAL_DAYS } from '../domain/officialDays.js';
import { DEFAULT_SCHEDULE, type EpisodeChange } from '../domain/schedule.js';
import type { SettingRecord } from '../store/settings.js';

export const BOARD_ROLES = ['admin', 'editor', 'viewer', 'station'] as const;

const text = z.string().trim().min(1).max(200);
const id = z.string().regex(/^[a-z0-9-]{1,24}$/);
const date = z.string().refine(isLocalDate);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const unitSchema = z.object({
  id,
  name: text,
  kind: text,
  topics: z.array(id),
  chat: z.string().exactOptional(),
  head: z.object({ name: text, title: text }).exactOptional(),
  validFrom: date.exactOptional(),
  validTo: date.exactOptional(),
  successors: z.array(id).exactOptional(),
});
export const topicSchema = z.object({
  id,
  name: z.object({ vi: text, en: text }),
  hidden: z.boolean().exactOptional(),
});
export const daySchema = z.object({
  date,
  kind: z.enum(['off', 'workingSaturday', 'working']),
  title: text,
  document: text.exactOptional(),
  official: z.boolean(),
});
export const rolesSchema = z.array(z.enum(BOARD_ROLES));
/** What was decided about one episode: where it went, and where it can be watched afterwards. */
const episodeSchema = z.object({
  change: z
    .discriminatedUnion('kind', [
      z.object({ episode: z.string(), kind: z.literal('moved'), to: z.date() }),
      z.object({ episode: z.string(), kind: z.literal('cancelled'), reason: z.string() }),
    ])
    .exactOptional(),
  link: z.url({ protocol: /^https?$/ }).exactOptional(),
});
type Unit = z.infer<typeof unitSchema>;
type Topic = z.infer<typeof topicSchema>;
export type EpisodeSetting = { change?: EpisodeChange; link?: string };

const slotSchema = z.object({
  dayOffset: z.number().int().min(0).max(6),
  start: time,
  end: time,
  channels: z.array(text).min(1),
  rerun: z.boolean(),
});
const ruleSchema = z.object({
  validFrom: date,
  validTo: date.exactOptional(),
  weekday: z.number().int().min(0).max(6),
  weeks: z.array(z.number().int().min(1).max(5)).min(1),
  slots: z.array(slotSchema).min(1),
});

/** The single values that an admin changes, each with its rule; defaults are the plan's. */
export const valueSchemas = {
  /** Role of somebody in the board's group to whom none was given. */
  defaultMemberRole: z.enum(BOARD_ROLES).default('editor'),
  questionsPerDay: z.number().int().min(1).max(1000).optional(),
  /** Working days to hand over (plan IV.1c). */
  workingDays: z.number().int().min(1).max(30).default(3),
  /** How long it is believed that somebody is still in a group before the platform is asked again. */
  membershipMinutes: z.number().int().min(0).max(1440).default(5),
  /** Before which airings subscribers are reminded (D4). */
  dayReminder: z.enum(['first', 'every']).default('first'),
  halfHourReminder: z.enum(['first', 'every']).default('every'),
  digestAt: time.default('08:00'),
  remindAt: time.default('08:00'),
  schedule: z
    .object({ weekMeans: z.enum(['nthSaturday', 'calendarWeek']), rules: z.array(ruleSchema) })
    .default({
      weekMeans: DEFAULT_SCHEDULE.weekMeans,
      rules: structuredClone(DEFAULT_SCHEDULE.rules) as z.infer<typeof ruleSchema>[],
    }),
  /** Where complaints and denunciations are taken (A2). No number is guessed: the board enters it. */
  complaintContact: z
    .object({ office: text, address: text, phone: text })
    .default({ office: 'Ban Tiếp công dân tỉnh An Giang', address: 'Trụ sở Tiếp công dân tỉnh', phone: '—' }),
};
export type ValueName = keyof typeof valueSchemas;
export type SettingValues = { [Name in ValueName]: z.output<(typeof valueSchemas)[Name]> };

/** All settings at one moment: what is stored above the defaults. */
export type Snapshot = {
  revision: number;
  units: Unit[];
  topics: Topic[];
  days: CalendarDay[];
  calendar: Calendar;
  roles: ReadonlyMap<string, z.infer<typeof rolesSchema>>;
  heads: ReadonlyMap<string, string>; // unit → account
  episodes: ReadonlyMap<string, EpisodeSetting>;
  moved: ReadonlyMap<string, string>; // former chat → chat
  values: SettingValues;
};

/** Puts the stored settings above the defaults. Throws when a stored one is broken, which names itself. */
export function readSnapshot(revision: number, records: readonly SettingRecord[]): Snapshot {
  const kind = <T>(name: string, schema: z.ZodType<T>): Map<string, T | null> =>
    new Map(
      records
        .filter((record) => record.kind === name)
        .map(({ key, value }) => [key, value === null ? null : schema.parse(value)]),
    );
  const days = overlay(OFFICIAL_DAYS, kind('day', daySchema), (day) => day.date);
  const values = kind('value', z.unknown());
  return {
    revision,
    units: overlay<Unit>(DEFAULT_UNITS, kind('unit', unitSchema), (unit) => unit.id),
    topics: overlay<Topic>(DEFAULT_TOPICS, kind('topic', topicSchema), (topic) => topic.id),
    days,
    calendar: createCalendar(days),
    roles: present(kind('roles', rolesSchema)),
    heads: present(kind('head', z.string())),
    episodes: present(kind('episode', episodeSchema)),
    moved: present(kind('moved', z.string())),
    values: readValues(values),
  };
}

/** Reads one value by its rule; the default when there is none. */
function readValues(stored: ReadonlyMap<string, unknown>): SettingValues {
  const names = Object.keys(valueSchemas) as ValueName[]; // an object's keys are typed as any string
  return Object.fromEntries(
    names.map((name) => [name, valueSchemas[name].parse(stored.get(name) ?? undefined)]),
  ) as SettingValues; // every name has just been read by its own schema
}

function overlay<T>(
  defaults: readonly T[],
  stored: ReadonlyMap<string, T | null>,
  keyOf: (one: T) => string,
): T[] {
  const all = new Map<string, T | null>(defaults.map((one) => [keyOf(one), one]));
  for (const [key, value] of stored) all.set(key, value);
  return [...all.values()].filter((one) => one !== null);
}

function present<T>(map: ReadonlyMap<string, T | null>): Map<string, T> {
  const result = new Map<string, T>();
  for (const [key, value] of map) if (value !== null) result.set(key, value);
  return result;
}
