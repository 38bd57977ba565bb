import type { Phrase } from '../../../conversation/flow.js';
import { formatDate, parseDate } from '../../../domain/localDate.js';
import type { Topic, Unit } from '../../../services/services.js';
import { timeInWords } from '../../phrases.js';
import { ALL_MEMBERS, type BoardCommand, type CommandCall, type Wrong } from '../boardCommand.js';

const ID = /^[a-z0-9-]{1,24}$/;
const DEFAULT_KIND = 'so';
const MOST_NAME = 200;

/** The units that answer and the topics: data that the board changes (design, "Settings that an authority changes"). */
export const settingCommands: readonly BoardCommand[] = [
  { name: 'units', who: ALL_MEMBERS, run: units },
  { name: 'unit', who: ['admin'], run: unit },
  { name: 'topics', who: ALL_MEMBERS, run: topics },
  { name: 'topic', who: ['admin'], run: topic },
];

async function units({ deps, scene }: CommandCall): Promise<void> {
  const lines = (await deps.services.settings.units()).map((one): Phrase => ({
    key: one.chat === undefined ? 'board:units.withoutChat' : 'board:units.withChat',
    values: { id: one.id, name: one.name },
  }));
  scene.say({ key: 'board:units.head', values: { n: lines.length, lines } });
}

async function unit(call: CommandCall): Promise<void | Wrong> {
  const { deps, scene, actor, args } = call;
  const [id = '', field, ...values] = args;
  if (!ID.test(id)) return { wrong: { key: 'board:wrong.unit-id' } };
  const known = (await deps.services.settings.units()).find((one) => one.id === id);
  if (field === undefined && known) return scene.say(describeUnit(known));
  if (known && field === 'invite') return invite(call, known, values);
  if (!known && field !== 'name') return { wrong: { key: 'board:wrong.new-unit', values: { id } } };
  const changed = changeUnit(known ?? { id, name: '', kind: DEFAULT_KIND, topics: [] }, field ?? '', values);
  if (changed && 'wrong' in changed) return changed;
  if (!changed) return { wrong: { key: 'board:wrong.unit-field' } };
  await deps.services.settings.saveUnit(changed, actor, scene.incoming.id);
  scene.say({ key: 'board:unit.saved', values: { said: describeUnit(changed) } });
}

/** A code with which the unit's own chat is bound, also a private one where a platform has no groups (C4). */
async function invite(call: CommandCall, unit: Unit, values: readonly string[]): Promise<void | Wrong> {
  const { deps, scene, actor } = call;
  if (values.length > 0) return { wrong: { key: 'board:wrong.unit-field' } };
  const { code, until } = await deps.services.unitChats.invite(unit.id, actor, scene.incoming.id);
  scene.say({ key: 'board:unit.invited', values: { unit: unit.name, code, until: timeInWords(until) } });
}

/** The unit with one field changed; undefined for a field that there is not. */
export function changeUnit(unit: Unit, field: string, values: readonly string[]): Unit | Wrong | undefined {
  const [first = '', second = ''] = values.map((value) => value.trim());
  switch (field) {
    case 'name':
      return isName(first) && values.length === 1
        ? { ...unit, name: first }
        : { wrong: { key: 'board:wrong.name' } };
    case 'kind':
      return isName(first) && values.length === 1
        ? { ...unit, kind: first }
        : { wrong: { key: 'board:wrong.name' } };
    case 'topics':
      return values.every((value) => ID.test(value))
        ? { ...unit, topics: [...new Set(values)] }
        : { wrong: { key: 'board:wrong.topic-ids' } };
    case 'head':
      return isName(first) && isName(second) && values.length === 2
        ? { ...unit, head: { name: first, title: second } }
        : { wrong: { key: 'board:wrong.head' } };
    case 'from':
    case 'to': {
      const date = values.length === 1 ? parseDate(first) : undefined;
      if (date === undefined) return { wrong: { key: 'board:wrong.date' } };
      return field === 'from' ? { ...unit, validFrom: date } : { ...unit, validTo: date };
    }
    default:
      return undefined;
  }
}

function describeUnit(unit: Unit): Phrase {
  const line = (field: string, value: string): Phrase[] =>
    value === '' ? [] : [{ key: `board:unit.${field}`, values: { value } }];
  return {
    key: 'board:unit.head',
    values: {
      id: unit.id,
      name: unit.name,
      lines: [
        {
          key: unit.chat === undefined ? 'board:unit.noChat' : 'board:unit.hasChat',
          values: { id: unit.id },
        },
        ...line('topics', unit.topics.join(', ')),
        ...line('responsible', unit.head ? `${unit.head.name}, ${unit.head.title}` : ''),
        ...line('from', unit.validFrom ? formatDate(unit.validFrom) : ''),
        ...line('to', unit.validTo ? formatDate(unit.validTo) : ''),
      ],
    },
  };
}

async function topics({ deps, scene, lang }: CommandCall): Promise<void> {
  const lines = (await deps.services.settings.topics()).map((one): Phrase => ({
    key: one.hidden ? 'board:topics.hidden' : 'board:topics.line',
    values: { id: one.id, name: one.name[lang] },
  }));
  scene.say({ key: 'board:topics.head', values: { n: lines.length, lines } });
}

async function topic({ deps, scene, actor, args }: CommandCall): Promise<void | Wrong> {
  const [id = '', ...rest] = args;
  if (!ID.test(id)) return { wrong: { key: 'board:wrong.topic-id' } };
  const known = (await deps.services.settings.topics()).find((one) => one.id === id);
  const changed = changeTopic(id, known, rest);
  if ('wrong' in changed) return changed;
  await deps.services.settings.saveTopic(changed, actor, scene.incoming.id);
  scene.say({
    key: changed.hidden ? 'board:topic.hidden' : 'board:topic.saved',
    values: { id, vi: changed.name.vi, en: changed.name.en },
  });
}

/** A topic hidden or shown again, named in one language, or made with both names. */
export function changeTopic(id: string, known: Topic | undefined, rest: readonly string[]): Topic | Wrong {
  const [first = '', second = ''] = rest.map((value) => value.trim());
  if (known && rest.length === 1 && (first === 'hide' || first === 'show')) {
    const { hidden: _hidden, ...shown } = known;
    return first === 'hide' ? { ...shown, hidden: true } : shown;
  }
  if (rest.length !== 2 || !isName(second)) return { wrong: { key: 'board:wrong.topic-names' } };
  if (first === 'vi' || first === 'en')
    return known
      ? { ...known, name: { ...known.name, [first]: second } }
      : { wrong: { key: 'board:wrong.topic-names' } };
  return isName(first)
    ? { ...known, id, name: { vi: first, en: second } }
    : { wrong: { key: 'board:wrong.topic-names' } };
}

const isName = (text: string): boolean => text !== '' && text.length <= MOST_NAME;
