import { NAV } from '../../conversation/flow.js';
import { suspect } from '../../domain/suspicion.js';
import { plain, taken, WRONG_CHOICE, type AskDraft, type AskStep } from './askDraft.js';
import { gather, joined, refuseAttachment } from './gather.js';

/** The question itself: several messages, photos and documents until 'done' (A1). */
export const contentStep: AskStep = {
  gathers: true,
  attachments: true,
  ask(draft, { world: { limits } }) {
    const values = { least: limits.contentMin, most: limits.contentMax, mostFiles: limits.attachments };
    return draft.parts.length === 0 && draft.attachments.length === 0
      ? { phrase: { key: 'ask:content.question', values } }
      : {
          phrase: {
            key: draft.closed ? 'ask:content.replace' : 'ask:content.soFar',
            values: { ...values, text: excerpt(joined(draft)), files: draft.attachments.length },
          },
        };
  },
  take(reply, draft, { world: { limits } }) {
    const parsed = gather(reply, draft, limits);
    if (!parsed.ok || parsed.value.stay !== undefined) return parsed;
    const unchanged = reply.kind === 'choice' && reply.value === NAV.done && draft.closed;
    return taken(unchanged ? parsed.value.draft : judged(parsed.value.draft));
  },
  next: (draft) => (draft.suspected && !draft.warned ? 'suspected' : 'summary'),
  missing: (draft) => !draft.closed,
};

/** The draft with the suspicion that its text raises; a new text is judged anew. */
function judged(draft: AskDraft): AskDraft {
  const { suspected: _suspected, warned: _warned, ...kept } = draft;
  const suspected = suspect(joined(draft));
  return { ...kept, ...(suspected ? { suspected } : {}) };
}

/**
 * Told at once where a complaint or denunciation is taken, since there is a time limit to complain (A2); the person
 * may still send it, change it, or stop. The board decides.
 */
export const suspectedStep: AskStep = {
  ask: (draft, { world: { complaint } }) => ({
    phrase: {
      key: `ask:suspected.${draft.suspected ?? 'complaint'}`,
      values: { office: complaint.office, address: complaint.address, phone: complaint.phone },
    },
    choices: [
      [{ value: 'go', label: { key: 'ask:suspected.go' } }],
      [{ value: 'rewrite', label: { key: 'ask:suspected.rewrite' } }],
      [{ value: 'halt', label: { key: 'ask:suspected.halt' } }],
    ],
  }),
  take(reply, draft) {
    if (reply.kind !== 'choice') return WRONG_CHOICE;
    const { end: _end, ...kept } = draft;
    if (reply.value === 'halt') return taken({ ...kept, end: 'stopped' });
    return taken(reply.value === 'go' ? { ...kept, warned: true } : kept);
  },
  next: (draft) => (draft.end ? 'done' : draft.warned ? 'summary' : 'content'),
  missing: (draft) => draft.suspected !== undefined && !draft.warned,
};

/** Photos and documents alone, from the summary. */
export const filesStep: AskStep = {
  gathers: true,
  attachments: true,
  ask: (draft, { world: { limits } }) => ({
    phrase: {
      key: 'ask:files.question',
      values: { files: draft.attachments.length, mostFiles: limits.attachments },
    },
    choices: draft.attachments.length > 0 ? [[{ value: 'clear', label: { key: 'ask:files.clear' } }]] : [],
  }),
  take(reply, draft, { world: { limits } }) {
    if (reply.kind === 'choice')
      return reply.value === NAV.done ? taken(draft) : taken({ ...draft, attachments: [] }, 'ask');
    if (reply.kind !== 'attachment') return { ok: false, wrong: { key: 'ask:files.only' } };
    const refused = refuseAttachment(draft.attachments, reply.attachment, limits);
    if (refused) return { ok: false, wrong: refused };
    return taken({ ...draft, attachments: [...draft.attachments, reply.attachment] }, 'ask');
  },
  next: () => 'summary',
};

const EXCERPT = 600;

/** The text, or its beginning when it is long, as a phrase. */
export function excerpt(text: string, most = EXCERPT): ReturnType<typeof plain> {
  const characters = [...text];
  return plain(characters.length <= most ? text : `${characters.slice(0, most).join('')}…`);
}
