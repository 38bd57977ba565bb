import type { Choice, Flow } from '../../conversation/flow.js';
import { NAV } from '../../conversation/flow.js';
import { inRows } from '../../conversation/fit.js';
import type { Consent } from '../../domain/question.js';
import type { Lang, Topic } from '../../services/services.js';
import { YES_NO } from './askConsents.js';
import { taken, WRONG_CHOICE } from './askDraft.js';

export type SubscribeDraft = { topics: string[]; consent?: Consent };
export type SubscribeWorld = { lang: Lang; topics: readonly Topic[]; consentVersion: string };
export type SubscribeIntent = { topics: string[]; consent: Consent | undefined };

/** Reminders of the airing: which topics, then the consent of its own (A3, A7, D4). No topic means all. */
export const subscribeFlow: Flow<SubscribeDraft, SubscribeWorld, SubscribeIntent> = {
  name: 'subscribe',
  version: 1,
  first: 'topics',
  start: () => ({ topics: [] }),
  steps: {
    topics: {
      gathers: true,
      ask: (draft, { world }) => ({
        phrase: { key: 'citizen:subscribe.topics' },
        choices: [
          [
            {
              value: 'all',
              label: { key: 'citizen:subscribe.all.label' },
              words: { key: 'citizen:subscribe.all.words' },
            },
          ],
          ...inRows(
            world.topics.map((topic) => topicChoice(topic, draft, world.lang)),
            2,
          ),
        ],
      }),
      take(reply, draft, { world }) {
        if (reply.kind === 'text') {
          const picked = byNumbers(reply.text, world.topics);
          return picked
            ? taken({ ...draft, topics: picked.reduce(toggle, draft.topics) }, 'ask')
            : WRONG_CHOICE;
        }
        if (reply.kind !== 'choice') return WRONG_CHOICE;
        if (reply.value === 'all') return taken({ ...draft, topics: [] });
        return reply.value === NAV.done
          ? taken(draft)
          : taken({ ...draft, topics: toggle(draft.topics, reply.value) }, 'ask');
      },
      next: () => 'consent',
    },
    consent: {
      ask: () => ({ phrase: { key: 'citizen:subscribe.consent' }, choices: YES_NO }),
      take(reply, draft, { now, world }) {
        if (reply.kind !== 'choice') return WRONG_CHOICE;
        const given = reply.value === 'yes';
        return taken({
          ...draft,
          consent: { purpose: 'reminders', given, textVersion: world.consentVersion, at: now },
        });
      },
      next: () => 'done',
    },
  },
  finish: ({ topics, consent }) => ({ topics, consent }),
  rest: { remindAfterMs: Infinity, lapseAfterMs: 3_600_000 },
};

function topicChoice(topic: Topic, { topics }: SubscribeDraft, lang: Lang): Choice {
  const name = topic.name[lang];
  return topics.includes(topic.id)
    ? { value: topic.id, label: { plain: `✅ ${name}` } }
    : { value: topic.id, label: { plain: name } };
}

const toggle = (topics: readonly string[], id: string): string[] =>
  topics.includes(id) ? topics.filter((one) => one !== id) : [...topics, id];

/** Several at once, as in '2, 5 7': the numbers of the list, where 1 is 'all'. */
function byNumbers(text: string, topics: readonly Topic[]): string[] | undefined {
  const numbers = text.split(/[\s,;+]+/).filter(Boolean);
  const ids = numbers.map((one) => (/^\d{1,2}$/.test(one) ? topics[Number(one) - 2]?.id : undefined));
  return ids.length > 0 && ids.every((id) => id !== undefined) ? ids : undefined;
}
