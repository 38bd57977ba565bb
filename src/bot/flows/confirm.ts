import type { Flow } from '../../conversation/flow.js';
import { YES_NO } from './askConsents.js';
import { taken, WRONG_CHOICE } from './askDraft.js';

export type ConfirmDraft = { what: 'forget' } | { what: 'withdraw'; code: string };
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
        phrase:
          draft.what === 'withdraw'
            ? { key: 'citizen:withdraw.sure', values: { code: draft.code } }
            : { key: 'citizen:forget.sure' },
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
