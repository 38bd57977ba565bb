import type { Flow } from '../../conversation/flow.js';
import { YES_NO } from './askConsents.js';
import { taken, wrong, WRONG_CHOICE, type ContentLimits, type Gathered } from './askDraft.js';
import { excerpt } from './askContent.js';
import { gather, joined } from './gather.js';

export type OfferDraft = Gathered & { wanted?: boolean };
export type OfferWorld = { limits: ContentLimits };
export type OfferIntent = { wanted: boolean; parts: string[]; attachments: Gathered['attachments'] };

const DAY_MS = 86_400_000;

/** Something was sent outside any flow: is it a question to the programme? What was sent is kept meanwhile. */
export const offerFlow: Flow<OfferDraft, OfferWorld, OfferIntent> = {
  name: 'offer',
  version: 1,
  first: 'offer',
  start: () => ({ parts: [], attachments: [] }),
  steps: {
    offer: {
      attachments: true,
      ask: (draft) => ({
        phrase:
          draft.parts.length > 0
            ? {
                key: 'citizen:offer.text',
                values: { text: excerpt(joined(draft), 200), files: draft.attachments.length },
              }
            : { key: 'citizen:offer.files', values: { files: draft.attachments.length } },
        choices: YES_NO,
      }),
      take(reply, draft, { world: { limits } }) {
        if (reply.kind === 'choice') return taken({ ...draft, wanted: reply.value === 'yes' });
        if (reply.kind === 'contact') return WRONG_CHOICE;
        const parsed = gather(reply, draft, limits);
        if (!parsed.ok) return parsed;
        return parsed.value.stay === undefined
          ? wrong('common:wrong.choose')
          : taken(parsed.value.draft, 'ask');
      },
      next: () => 'done',
    },
  },
  finish: ({ wanted, parts, attachments }) => ({ wanted: wanted === true, parts, attachments }),
  rest: { remindAfterMs: DAY_MS, lapseAfterMs: 7 * DAY_MS },
};
