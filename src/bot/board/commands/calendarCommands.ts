import type { Phrase } from '../../../conversation/flow.js';
import type { CalendarDay } from '../../../domain/calendar.js';
import { formatDate, localDate, parseDate, weekday } from '../../../domain/localDate.js';
import { ALL_MEMBERS, type BoardCommand, type CommandCall, type Wrong } from '../boardCommand.js';

const YEAR = /^(20\d\d)$/;
const PROPOSED = 'proposed';

/** /days: the decided days of a year; an admin sets or drops one, and every open deadline follows (C3). */
export const calendarCommands: readonly BoardCommand[] = [{ name: 'days', who: ALL_MEMBERS, run: days }];

async function days(call: CommandCall): Promise<void | Wrong> {
  const { deps, scene, actor, args } = call;
  const thisYear = Number(localDate(deps.clock.now()).slice(0, 4));
  if (args.length === 0) return list(call, thisYear);
  const [first = '', ...rest] = args;
  if (args.length === 1 && YEAR.test(first)) return list(call, Number(first));
  const change = parseDayChange(parseDate(first, thisYear), rest);
  if ('wrong' in change) return change;
  if (!actor.roles.includes('admin')) {
    await deps.services.members.refused(actor.account, '/days', scene.incoming.id);
    return scene.say({ key: 'errors:not-allowed-command', values: { name: 'days' } });
  }
  const { settings } = deps.services;
  const { recomputed } =
    'drop' in change
      ? await settings.dropCalendarDay(change.drop, actor, scene.incoming.id)
      : await settings.saveCalendarDay(change.day, actor, scene.incoming.id);
  const date = 'drop' in change ? change.drop : change.day.date;
  scene.say({
    key: 'drop' in change ? 'board:days.dropped' : `board:days.saved.${change.day.kind}`,
    values: { date: formatDate(date), n: recomputed },
  });
}

/** What is to be done to a day: `off "title" ["document"] [proposed]`, `work "title" …`, or `drop`. */
export function parseDayChange(
  date: string | undefined,
  rest: readonly string[],
): { day: CalendarDay } | { drop: string } | Wrong {
  if (date === undefined) return { wrong: { key: 'board:wrong.date' } };
  const [verb, ...words] = rest;
  if (verb === 'drop' && words.length === 0) return { drop: date };
  if (verb !== 'off' && verb !== 'work') return { wrong: { key: 'board:wrong.day-verb' } };
  const official = words.at(-1) !== PROPOSED;
  const [title = '', document, ...more] = official ? words : words.slice(0, -1);
  if (title.trim() === '' || title.length > 200 || more.length > 0)
    return { wrong: { key: 'board:wrong.day-title' } };
  const atWeekend = weekday(date) === 0 || weekday(date) === 6;
  const kind = verb === 'off' ? 'off' : atWeekend ? 'workingSaturday' : 'working';
  return {
    day: { date, kind, title: title.trim(), official, ...(document === undefined ? {} : { document }) },
  };
}

async function list({ deps, scene }: CommandCall, year: number): Promise<void> {
  const known = await deps.services.settings.calendarDays(year);
  if (known.length === 0) return scene.say({ key: 'board:days.none', values: { year } });
  const lines = [...known]
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .map((day): Phrase => ({
      key: day.official ? 'board:days.line' : 'board:days.lineProposed',
      values: {
        date: formatDate(day.date),
        kind: { key: `board:days.kind.${day.kind}` },
        title: day.title,
      },
    }));
  scene.say({ key: 'board:days.head', values: { year, n: lines.length, lines } });
}
