import { NAV, type Choice, type Flow, type Parsed, type Reply } from '../../conversation/flow.js';
import type { Attachment } from '../../domain/question.js';
import { textLength } from '../../domain/text.js';
import { HOUR_MS, howToReply } from './decideText.js';

export type AnswerIntent = { code: string; text: string; attachments: Attachment[]; responsible: string };
/** The head of the unit, name and title, who is responsible unless another one is named (plan II.2, IV.4). */
export type AnswerWorld = { head?: string; private?: boolean };
type Draft = { code: string; text: string; attachments: Attachment[]; responsible?: string };

const ANSWER_LENGTH = { min: 20, max: 8_000 };
const RESPONSIBLE_LENGTH = { min: 5, max: 200 };
const MOST_FILES = 10;

/**
 * A unit's answer (C4): text over several messages, with files, until 'done'; who is responsible for the content;
 * a look at the whole; sent to the board.
 */
export function decideAnswer(): Flow<Draft, AnswerWorld, AnswerIntent> {
  return {
    name: 'decide-answer',
    version: 1,
    first: 'text',
    summary: 'preview',
    start: () => ({ code: '', text: '', attachments: [] }),
    steps: {
      text: {
        ask: (draft, { world }) => ({
          phrase: {
            key: isEmpty(draft) ? 'unit:answer.ask' : 'unit:answer.more',
            values: {
              code: draft.code,
              reply: howToReply(world),
              ...(isEmpty(draft) ? { ...ANSWER_LENGTH, files: MOST_FILES } : countsOf(draft)),
            },
          },
          choices: isEmpty(draft) ? [] : [[{ value: 'anew', label: { key: 'unit:answer.anew' } }]],
        }),
        take: takeText,
        next: () => 'responsible',
        gathers: true,
        attachments: true,
      },
      responsible: {
        ask: (draft, { world }) => ({
          phrase: { key: 'unit:answer.responsible', values: { code: draft.code, reply: howToReply(world) } },
          choices: world.head === undefined ? [] : [[{ value: 'head', label: { plain: world.head } }]],
        }),
        take(reply, draft, { world }) {
          const named =
            reply.kind === 'choice' ? world.head : reply.kind === 'text' ? oneLine(reply.text) : undefined;
          const length = named === undefined ? 0 : textLength(named);
          if (named === undefined || length < RESPONSIBLE_LENGTH.min || length > RESPONSIBLE_LENGTH.max)
            return { ok: false, wrong: { key: 'unit:wrong.responsible', values: RESPONSIBLE_LENGTH } };
          return { ok: true, value: { draft: { ...draft, responsible: named } } };
        },
        next: () => 'preview',
        missing: (draft) => draft.responsible === undefined,
      },
      preview: {
        ask: (draft) => ({
          phrase: {
            key: 'unit:answer.preview',
            values: {
              code: draft.code,
              text: draft.text,
              responsible: draft.responsible ?? '',
              files: draft.attachments.length,
            },
          },
          choices: PREVIEW,
        }),
        take: (reply, draft) =>
          reply.kind === 'choice' && reply.value === 'send'
            ? { ok: true, value: { draft } }
            : { ok: false, wrong: { key: 'board:wrong.confirm' } },
        next: () => 'done',
      },
    },
    finish: ({ code, text, attachments, responsible = '' }) => ({ code, text, attachments, responsible }),
    rest: { remindAfterMs: Infinity, lapseAfterMs: 7 * 24 * HOUR_MS },
  };
}

const PREVIEW: Choice[][] = [
  [{ value: 'send', label: { key: 'unit:answer.send' } }],
  [
    { value: 'text', label: { key: 'unit:answer.editText' } },
    { value: 'responsible', label: { key: 'unit:answer.editResponsible' } },
  ],
];

function takeText(reply: Reply, draft: Draft): Parsed<{ draft: Draft; stay?: 'ask' }> {
  const long = (text: string): boolean => textLength(text) > ANSWER_LENGTH.max;
  if (reply.kind === 'choice') {
    if (reply.value !== NAV.done)
      return { ok: true, value: { draft: { ...draft, text: '', attachments: [] }, stay: 'ask' } };
    if (textLength(draft.text) < ANSWER_LENGTH.min)
      return { ok: false, wrong: { key: 'unit:wrong.short', values: ANSWER_LENGTH } };
    return { ok: true, value: { draft } };
  }
  const words =
    reply.kind === 'text' ? reply.text : reply.kind === 'attachment' ? (reply.caption ?? '') : undefined;
  if (words === undefined) return { ok: false, wrong: { key: 'unit:wrong.answer' } };
  const text = [draft.text, words].filter((part) => part !== '').join('\n\n');
  if (long(text)) return { ok: false, wrong: { key: 'unit:wrong.long', values: ANSWER_LENGTH } };
  const attachments =
    reply.kind === 'attachment' ? [...draft.attachments, reply.attachment] : draft.attachments;
  if (attachments.length > MOST_FILES)
    return { ok: false, wrong: { key: 'unit:wrong.files', values: { max: MOST_FILES } } };
  return { ok: true, value: { draft: { ...draft, text, attachments }, stay: 'ask' } };
}

const isEmpty = (draft: Draft): boolean => draft.text === '' && draft.attachments.length === 0;
const countsOf = (draft: Draft): { length: number; files: number } => ({
  length: textLength(draft.text),
  files: draft.attachments.length,
});
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
