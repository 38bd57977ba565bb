import type { Choice } from '../../conversation/flow.js';
import type { ConsentPurpose } from '../../domain/question.js';
import { taken, WRONG_CHOICE, type AskDraft, type AskStep, type AskWorld } from './askDraft.js';

/** Yes or no, with nothing chosen beforehand (Law 91/2025/QH15: silence is not consent). */
export const YES_NO: Choice[][] = [
  [
    { value: 'yes', label: { key: 'common:yes.label' }, words: { key: 'common:yes.words' } },
    { value: 'no', label: { key: 'common:no.label' }, words: { key: 'common:no.words' } },
  ],
];

/** What the programme takes and does not (A2), before anything is asked. */
export const introStep: AskStep = {
  ask: () => ({
    phrase: { key: 'ask:intro' },
    choices: [[{ value: 'go', label: { key: 'ask:go.label' }, words: { key: 'ask:go.words' } }]],
  }),
  take: (reply, draft) => (reply.kind === 'choice' ? taken(draft) : WRONG_CHOICE),
  next: () => 'record',
};

/** One consent for one purpose, kept with the version of the text and the time (A3). */
export function consentStep(
  purpose: ConsentPurpose,
  next: (draft: AskDraft, world: AskWorld) => string,
): AskStep {
  return {
    ask: () => ({ phrase: { key: `ask:consent.${purpose}` }, choices: YES_NO }),
    take(reply, draft, { now, world }) {
      if (reply.kind !== 'choice') return WRONG_CHOICE;
      const given = reply.value === 'yes';
      const consent = { purpose, given, textVersion: world.consentVersion, at: now };
      const { end: _end, ...kept } = draft;
      const refused = purpose === 'record' && !given;
      return taken({
        ...kept,
        consents: { ...draft.consents, [purpose]: consent },
        ...(refused ? { end: 'refused' as const } : {}),
      });
    },
    next: (draft, { world }) => (draft.end ? 'done' : next(draft, world)),
    missing: (draft) => !draft.consents[purpose],
  };
}
