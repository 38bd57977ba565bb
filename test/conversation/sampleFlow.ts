import { NAV, type Flow, type FlowEnv, type Phrase } from '../../src/conversation/flow.js';

export type SampleDraft = { agree?: string; name?: string; place?: string; parts: string[] };
export type SampleIntent = { kind: 'sent'; draft: SampleDraft };

export const say = (text: string): Phrase => ({ key: 'common:plain', values: { text } });
export const env: FlowEnv<null> = { now: new Date('2026-11-23T02:00:00Z'), world: null };
export const PLACES = Array.from({ length: 102 }, (_, i) => ({
  value: `p${i + 1}`,
  label: { plain: `Xã Số ${i + 1}` },
}));
const WRONG = { ok: false as const, wrong: say('wrong') };

/** A flow with every kind of step: choices, text that may be skipped, a long list, several messages, a summary. */
export const sampleFlow: Flow<SampleDraft, null, SampleIntent> = {
  name: 'sample',
  version: 3,
  first: 'agree',
  start: () => ({ parts: [] }),
  summary: 'summary',
  steps: {
    agree: {
      ask: () => ({
        phrase: say('agree?'),
        choices: [
          [
            { value: 'yes', label: { key: 'common:yes.label' }, words: { key: 'common:yes.words' } },
            { value: 'no', label: { key: 'common:no.label' }, words: { key: 'common:no.words' } },
          ],
        ],
      }),
      take: (reply, draft) =>
        reply.kind === 'choice' ? { ok: true, value: { draft: { ...draft, agree: reply.value } } } : WRONG,
      next: () => 'name',
    },
    name: {
      ask: () => ({ phrase: say('name?') }),
      take: (reply, draft) =>
        reply.kind === 'text' && reply.text.length <= 20
          ? { ok: true, value: { draft: { ...draft, name: reply.text } } }
          : WRONG,
      next: () => 'place',
      skip: ({ name: _name, ...draft }) => draft,
    },
    place: {
      ask: () => ({ phrase: say('place?'), choices: PLACES.map((place) => [place]) }),
      take: (reply, draft) =>
        reply.kind === 'choice' ? { ok: true, value: { draft: { ...draft, place: reply.value } } } : WRONG,
      next: () => 'content',
      missing: (draft) => !draft.place,
    },
    content: {
      gathers: true,
      attachments: true,
      ask: (draft) => ({ phrase: say(`content? ${draft.parts.length}`) }),
      take(reply, draft) {
        if (reply.kind === 'choice' && reply.value === NAV.done)
          return draft.parts.length > 0 ? { ok: true, value: { draft } } : WRONG;
        if (reply.kind === 'attachment') return { ok: true, value: { draft, stay: 'silent' } };
        if (reply.kind !== 'text') return WRONG;
        return {
          ok: true,
          value: { draft: { ...draft, parts: [...draft.parts, reply.text] }, stay: say('more?') },
        };
      },
      next: () => 'summary',
    },
    summary: {
      ask: () => ({
        phrase: say('all right?'),
        choices: [
          ['send', 'agree', 'name', 'place', 'content'].map((value) => ({
            value,
            label: { plain: `Do ${value}` },
          })),
        ],
      }),
      take: (reply, draft) => (reply.kind === 'choice' ? { ok: true, value: { draft } } : WRONG),
      next: () => 'done',
    },
  },
  finish: (draft) => ({ kind: 'sent', draft }),
  rest: { remindAfterMs: 1, lapseAfterMs: 2 },
};
