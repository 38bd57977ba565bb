import {
  type Capabilities,
  type Message,
  type Ref,
  splitRef,
  type Template,
} from '../../channels/channel.js';
import type { Phrase } from '../../conversation/flow.js';
import type { Clock } from '../../clock.js';
import type { Lang, PersonRecord, Services, Unit } from '../../services/services.js';
import { button } from '../cards/cardContext.js';
import { type CardData, writeCardData } from '../cards/cardData.js';
import type { CardSources } from '../cards/createCardPainter.js';
import type { Texts } from '../texts.js';
import type { Show } from '../turn.js';

/** What the notices need. `lookups` is a function because the services are made with the announcements. */
export type NoticeDeps = Omit<CardSources, 'lookups'> & {
  lookups: () => {
    ledger: Pick<Services['ledger'], 'due' | 'byCode' | 'joinedTo'>;
    people: Pick<Services['people'], 'byId'>;
    members: Pick<Services['members'], 'list'>;
    settings: Pick<Services['settings'], 'boardChat' | 'units' | 'topics' | 'complaintContact'>;
    programme: Pick<Services['programme'], 'upcoming'>;
  };
  texts: Texts;
  clock: Pick<Clock, 'now'>;
  capabilitiesOf: (channel: string) => Capabilities;
  /** The language that a group chose; Vietnamese where it chose none. */
  languageOf: (chat: Ref) => Promise<Lang>;
  /** Saves what is to be shown; a known id is left alone. */
  enqueue: (shows: readonly Show[]) => Promise<void>;
  /** Unit that hears of difficulties (plan IV.4: through the Sở Nội vụ). */
  leadOffice?: string;
};

/** What is told: a phrase, its buttons, and how it is to be shown. */
export type Notice = {
  phrase: Phrase;
  buttons?: { title: Phrase; data: CardData }[];
  slot?: string;
  priority?: Show['priority'];
  notAfter?: Date;
  silent?: boolean;
  /** What goes out instead where the platform takes no free message now (templates.ts). */
  template?: (lang: Lang) => Template;
};

/** Turns notices into what the outbox keeps. */
export type Teller = {
  deps: NoticeDeps;
  /** To a chat in its own language. */
  toChat(chat: Ref, id: string, notice: Notice): Promise<Show>;
  /** To every account of a person, in the person's language; `id` is completed with the account. */
  toPerson(person: PersonRecord, id: string, notice: Notice): Show[];
  /** A card, drawn elsewhere. */
  card(chat: Ref, id: string, slot: string, message: Message, priority?: Show['priority']): Show;
  /** Whether a card in this chat is drawn anew in its place; else each drawing is one more message. */
  redraws(chat: Ref): boolean;
  /** To one account in a known language. */
  toAccount(account: Ref, lang: Lang, id: string, notice: Notice): Show;
};

/** See Teller. */
export function createTeller(deps: NoticeDeps): Teller {
  const toAccount = (chat: Ref, lang: Lang, id: string, notice: Notice): Show => {
    const capabilities = deps.capabilitiesOf(splitRef(chat).channel);
    const buttons = notice.buttons?.map(({ title, data }) =>
      button(title, writeCardData(data), { texts: deps.texts, lang, capabilities }),
    );
    return {
      chat,
      message: {
        text: deps.texts.render(notice.phrase, lang),
        ...(buttons && buttons.length > 0 ? { buttons: buttons.map((one) => [one]) } : {}),
        ...(notice.silent ? { silent: true } : {}),
        ...(notice.template ? { template: notice.template(lang) } : {}),
      },
      priority: notice.priority ?? 'notice',
      id,
      ...(notice.slot === undefined ? {} : { slot: notice.slot }),
      ...(notice.notAfter === undefined ? {} : { notAfter: notice.notAfter }),
    };
  };
  return {
    deps,
    toAccount,
    redraws: (chat) => deps.capabilitiesOf(splitRef(chat).channel).edits,
    toChat: async (chat, id, notice) => toAccount(chat, await deps.languageOf(chat), id, notice),
    toPerson: (person, id, notice) =>
      person.accounts.map((account) => toAccount(account, person.language, `${id}:${account}`, notice)),
    card: (chat, id, slot, message, priority = 'notice') => ({ chat, message, priority, id, slot }),
  };
}

/** The unit with this id, as it is now. */
export async function findUnit(deps: NoticeDeps, id: string | undefined): Promise<Unit | undefined> {
  if (id === undefined) return undefined;
  return (await deps.lookups().settings.units()).find((unit) => unit.id === id);
}
