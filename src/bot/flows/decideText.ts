import type { Flow, Phrase } from '../../conversation/flow.js';
import { textLength } from '../../domain/text.js';
import type { Action } from '../../domain/question.js';

/** Actions that need a few words: a reason, a request, a note. */
export const TEXT_ACTIONS = [
  'reject',
  'askMore',
  'note',
  'returnAnswer',
  'handBack',
  'reportDifficulty',
] as const;
export type TextAction = (typeof TEXT_ACTIONS)[number] & Action;

/** What a decision in a group comes to. */
export type Decision = { action: Action; code: string; text?: string; into?: string; stamp?: string };
export type DecideWorld = {
  /** A common reason in the language of the ledger. */
  write(phrase: Phrase): string;
  year: number;
  /** In a private chat nobody has to reply to a message. */
  private?: boolean;
};
type Draft = { code: string; stamp?: string; text?: string };

/** How words reach the bot in this chat. */
export function howToReply(world: { private?: boolean }): Phrase {
  return { key: world.private ? 'board:reply.here' : 'board:reply.toThis' };
}

const LENGTH = { min: 3, max: 1_000 };
export const HOUR_MS = 3_600_000;

/** Reasons that come back every week; the member may write another. */
const COMMON_REASONS: Partial<Record<TextAction, readonly string[]>> = {
  reject: ['complaint', 'not-policy', 'unclear', 'other-authority', 'improper'],
  handBack: ['not-ours', 'incomplete'],
};
/** Internal words go nowhere else, so nobody has to look at them twice. */
const UNCONFIRMED: readonly TextAction[] = ['note'];

/** The conversation, in a group, behind an action that needs words: the words, a look at them, the decision (C1, C4). */
export function decideText(action: TextAction): Flow<Draft, DecideWorld, Decision> {
  const reasons = COMMON_REASONS[action] ?? [];
  return {
    name: `decide-${action}`,
    version: 1,
    first: 'words',
    start: () => ({ code: '' }),
    steps: {
      words: {
        ask: (draft, { world }) => ({
          phrase: { key: `board:ask.${action}`, values: { code: draft.code, reply: howToReply(world) } },
          choices: reasons.map((reason) => [
            { value: reason, label: { key: `board:reason.${reason}.short` } },
          ]),
        }),
        take(reply, draft, { world }) {
          if (reply.kind === 'choice') {
            const text = world.write({ key: `board:reason.${reply.value}.text` });
            return { ok: true, value: { draft: { ...draft, text } } };
          }
          if (reply.kind !== 'text')
            return { ok: false, wrong: { key: 'board:wrong.words', values: LENGTH } };
          const length = textLength(reply.text);
          if (length < LENGTH.min || length > LENGTH.max)
            return { ok: false, wrong: { key: 'board:wrong.words', values: LENGTH } };
          return { ok: true, value: { draft: { ...draft, text: reply.text } } };
        },
        next: () => (UNCONFIRMED.includes(action) ? 'done' : 'confirm'),
      },
      confirm: {
        ask: (draft) => ({
          phrase: { key: `board:confirm.${action}`, values: { code: draft.code, text: draft.text ?? '' } },
          choices: [[{ value: 'send', label: { key: 'board:button.send' } }]],
        }),
        take: (reply, draft) =>
          reply.kind === 'choice' && reply.value === 'send'
            ? { ok: true, value: { draft } }
            : { ok: false, wrong: { key: 'board:wrong.confirm' } },
        next: () => 'done',
      },
    },
    finish: ({ code, stamp, text = '' }) => ({
      action,
      code,
      text,
      ...(stamp === undefined ? {} : { stamp }),
    }),
    rest: { remindAfterMs: Infinity, lapseAfterMs: 24 * HOUR_MS },
  };
}
