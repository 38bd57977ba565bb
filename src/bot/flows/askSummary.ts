import type { Choice, Phrase } from '../../conversation/flow.js';
import { inRows } from '../../conversation/fit.js';
import { looksLikeTelex } from '../../domain/text.js';
import {
  firstMissing,
  plain,
  taken,
  WRONG_CHOICE,
  type AskDraft,
  type AskStep,
  type AskWorld,
} from './askDraft.js';
import { excerpt } from './askContent.js';
import { joined } from './gather.js';

/** The steps that can be changed from the summary. */
const FIELDS = [
  'kind',
  'name',
  'place',
  'address',
  'email',
  'phone',
  'topic',
  'content',
  'files',
  'nameonair',
] as const;

/** Everything at a glance, each field with a button to change it, and send (A1). */
export const summaryStep: AskStep = {
  ask(draft, { world }) {
    const fields: readonly string[] = world.subscribed ? FIELDS : [...FIELDS, 'reminders'];
    const field = (value: string): Choice => ({ value, label: { key: `ask:summary.edit.${value}` } });
    return {
      phrase: { key: 'ask:summary.question', values: { lines: summaryLines(draft, world) } },
      choices: [
        [
          {
            value: 'send',
            label: { key: 'ask:summary.send.label' },
            words: { key: 'ask:summary.send.words' },
          },
        ],
        ...inRows(fields.map(field), 2),
      ],
    };
  },
  take: (reply, draft) => (reply.kind === 'choice' ? taken(draft) : WRONG_CHOICE),
  next: (draft) => firstMissing(draft) ?? 'done',
};

function summaryLines(draft: AskDraft, world: AskWorld): Phrase[] {
  const none: Phrase = { key: 'ask:summary.none' };
  const line = (field: string, value: Phrase | string | undefined): Phrase => ({
    key: `ask:summary.line.${field}`,
    values: { value: value === undefined ? none : typeof value === 'string' ? plain(value) : value },
  });
  const yesNo = (given: boolean | undefined): Phrase => ({
    key: given ? 'common:yes.label' : 'common:no.label',
  });
  const text = joined(draft);
  return [
    line('kind', draft.kind && { key: `ask:kind.${draft.kind}` }),
    ...(draft.organisation ? [line('organisation', draft.organisation)] : []),
    line('name', draft.name),
    line('place', world.places.find(({ id }) => id === draft.place)?.name),
    line('address', draft.address),
    line('email', draft.email),
    line('phone', draft.phone),
    line('topic', world.topics.find(({ id }) => id === draft.topic)?.name[world.lang]),
    line('content', excerpt(text)),
    line('files', String(draft.attachments.length)),
    line('nameonair', yesNo(draft.consents.nameOnAir?.given)),
    ...(world.subscribed ? [] : [line('reminders', yesNo(draft.consents.reminders?.given))]),
    ...(looksLikeTelex(text) ? [{ key: 'ask:summary.telex' }] : []),
    ...(draft.suspected ? [{ key: 'ask:summary.suspected' }] : []),
  ];
}
