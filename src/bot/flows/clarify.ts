import type { Flow } from '../../conversation/flow.js';
import type { Attachment } from '../../domain/question.js';
import { taken, type ContentLimits, type Gathered } from './askDraft.js';
import { excerpt } from './askContent.js';
import { gather, joined } from './gather.js';

export type ClarifyDraft = Gathered & { code: string; request: string };
export type ClarifyWorld = { limits: ContentLimits };
export type ClarifyIntent = { code: string; text: string; attachments: Attachment[] };

const DAY_MS = 86_400_000;

/** The asker tells what the board asked for: texts, photos and documents until 'done' (A4). */
export const clarifyFlow: Flow<ClarifyDraft, ClarifyWorld, ClarifyIntent> = {
  name: 'clarify',
  version: 1,
  first: 'content',
  start: () => ({ code: '', request: '', parts: [], attachments: [] }),
  steps: {
    content: {
      gathers: true,
      attachments: true,
      ask: (draft, { world: { limits } }) => ({
        phrase: {
          key: 'citizen:clarify.question',
          values: {
            code: draft.code,
            request: excerpt(draft.request),
            most: limits.contentMax,
            mostFiles: limits.attachments,
          },
        },
      }),
      take(reply, draft, { world: { limits } }) {
        const enough = draft.attachments.length > 0 ? 0 : 1;
        const parsed = gather(reply, draft, { ...limits, contentMin: enough });
        return parsed.ok && parsed.value.stay === undefined ? taken(parsed.value.draft) : parsed;
      },
      next: () => 'done',
    },
  },
  finish: (draft) => ({ code: draft.code, text: joined(draft), attachments: draft.attachments }),
  rest: { remindAfterMs: DAY_MS, lapseAfterMs: 7 * DAY_MS },
};
