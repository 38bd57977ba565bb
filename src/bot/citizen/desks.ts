import { clarifyFlow, type ClarifyDraft, type ClarifyIntent, type ClarifyWorld } from '../flows/clarify.js';
import { confirmFlow, type ConfirmDraft, type ConfirmIntent } from '../flows/confirm.js';
import { offerFlow, type OfferDraft, type OfferIntent, type OfferWorld } from '../flows/offer.js';
import {
  subscribeFlow,
  type SubscribeDraft,
  type SubscribeIntent,
  type SubscribeWorld,
} from '../flows/subscribe.js';
import { dateInWords } from '../phrases.js';
import { joinAccounts } from './linkAccounts.js';
import { askDesk, beginAsking, consentVersion } from './askDesk.js';
import { asDesk, type AnyDesk, type Desk } from './flowDesk.js';
import { askerOf, problemOf } from './problemOf.js';
import { limitsOf, tell, type Outcome, type Talk } from './talk.js';

/** Something sent outside any flow becomes the question, if the person wants it so. */
export const offerDesk: Desk<OfferDraft, OfferWorld, OfferIntent> = {
  flow: offerFlow,
  side: false,
  world: ({ deps }) => Promise.resolve({ limits: limitsOf(deps) }),
  carryOut: (talk, { wanted, ...gathered }) =>
    wanted
      ? beginAsking(talk, gathered)
      : Promise.resolve(tell(talk, { phrase: { key: 'citizen:offer.declined' } })),
};

/** The board asked for more; the asker tells it (A4). */
export const clarifyDesk: Desk<ClarifyDraft, ClarifyWorld, ClarifyIntent> = {
  flow: clarifyFlow,
  side: true,
  world: ({ deps }) => Promise.resolve({ limits: limitsOf(deps) }),
  async carryOut(talk, { code, text, attachments }, before) {
    const { services } = talk.deps;
    try {
      const { question } = await services.act(
        code,
        'clarify',
        askerOf(talk),
        { text, attachments },
        `clarify:${before.run}`,
      );
      const due = await services.ledger.due(question);
      return tell(talk, {
        phrase: { key: 'citizen:clarify.sent', values: { code, due: dateInWords(due.dueDate) } },
      });
    } catch (error) {
      return tell(talk, { phrase: problemOf(error, code) });
    }
  },
};

/** What cannot be undone, once the person is sure. */
export const confirmDesk: Desk<ConfirmDraft, null, ConfirmIntent> = {
  flow: confirmFlow,
  side: true,
  world: () => Promise.resolve(null),
  async carryOut(talk, { sure, of }, before) {
    if (!sure) return tell(talk, { phrase: { key: 'citizen:nothingDone' } });
    const cause = `${of.what}:${before.run}`;
    if (of.what === 'withdraw') return withdraw(talk, of.code, cause);
    if (of.what === 'link') return joinAccounts(talk, of.code, cause);
    const { questionsPseudonymised } = await talk.deps.services.people.forget(talk.person.id, cause);
    return {
      chat: { ...talk.chat, flows: {} },
      say: [{ phrase: { key: 'citizen:forget.done', values: { questions: questionsPseudonymised } } }],
    };
  },
};

async function withdraw(talk: Talk, code: string, cause: string): Promise<Outcome> {
  try {
    await talk.deps.services.act(code, 'withdraw', askerOf(talk), {}, cause);
    return tell(talk, { phrase: { key: 'citizen:withdraw.done', values: { code } } });
  } catch (error) {
    return tell(talk, { phrase: problemOf(error, code) });
  }
}

/** Reminders of the airing (A7, D4). */
export const subscribeDesk: Desk<SubscribeDraft, SubscribeWorld, SubscribeIntent> = {
  flow: subscribeFlow,
  side: true,
  world: async ({ deps, lang }) => ({
    lang,
    topics: (await deps.services.settings.topics()).filter((topic) => !topic.hidden),
    consentVersion: consentVersion({ deps, lang }),
  }),
  async carryOut(talk, { topics, consent }) {
    if (!consent?.given) return tell(talk, { phrase: { key: 'citizen:subscribe.refused' } });
    await talk.deps.services.people.subscribe(talk.person.id, topics, consent);
    return tell(talk, {
      phrase: { key: topics.length > 0 ? 'citizen:subscribe.doneSome' : 'citizen:subscribe.doneAll' },
    });
  },
};

/** All conversations of a private chat. */
export const DESKS: readonly AnyDesk[] = [
  asDesk(askDesk),
  asDesk(offerDesk),
  asDesk(clarifyDesk),
  asDesk(confirmDesk),
  asDesk(subscribeDesk),
];
