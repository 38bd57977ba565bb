import type { Flow, Phrase } from '../../conversation/flow.js';
import { YES_NO } from './askConsents.js';
import { taken, WRONG_CHOICE } from './askDraft.js';

/** `link`: the code that was typed, and the name of the platform that showed it. */
export type ConfirmDraft =
  { what: 'forget' } | { what: 'withdraw'; code: string } | { what: 'link'; code: string; platform: string };
export type ConfirmIntent = { sure: boolean; of: ConfirmDraft };

/** 'Are you sure?' before what cannot be undone. */
export const confirmFlow: Flow<ConfirmDraft & { sure?: boolean }, null, ConfirmIntent> = {
  name: 'confirm',
  version: 1,
  first: 'sure',
  start: () => ({ what: 'forget' }),
  steps: {
    sure: {
      ask: (draft) => ({
        phrase: questionOf(draft),
        choices: YES_NO,
      }),
      take: (reply, draft) =>
        reply.kind === 'choice' ? taken({ ...draft, sure: reply.value === 'yes' }) : WRONG_CHOICE,
      next: () => 'done',
    },
  },
  finish: ({ sure, ...of }) => ({ sure: sure === true, of }),
  rest: { remindAfterMs: Infinity, lapseAfterMs: 3_600_000 },
};

function questionOf(draft: ConfirmDraft): Phrase {
  switch (draft.what) {
    case 'forget':
      return { key: 'citizen:forget.sure' };
    case 'withdraw':
      return { key: 'citizen:withdraw.sure', values: { code: draft.code } };
    case 'link':
      return { key: 'citizen:link.sure', values: { platform: draft.platform } };
  }
}
