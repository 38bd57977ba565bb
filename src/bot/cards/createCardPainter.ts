import { type Button, type Capabilities, type Message, type Ref, splitRef } from '../../channels/channel.js';
import type { Question } from '../../domain/question.js';
import type { Lang, Services } from '../../services/services.js';
import type { Texts } from '../texts.js';
import { answerCard } from './answerCard.js';
import type { CardContext } from './cardContext.js';
import { questionCard } from './questionCard.js';
import { unitCard } from './unitCard.js';

/** What cards are drawn from. `lookups` is a function because the services need the announcements, which draw cards. */
export type CardSources = {
  texts: Texts;
  lookups: () => {
    ledger: Pick<Services['ledger'], 'due'>;
    settings: Pick<Services['settings'], 'topics' | 'units'>;
  };
  capabilitiesOf: (channel: string) => Capabilities;
  placeName: (id: string) => string | undefined;
};

/** Draws the cards of a question for a chat, in a language, with what the store knows at this moment. */
export type CardPainter = {
  context(question: Question, chat: Ref, lang: Lang): Promise<CardContext>;
  question(question: Question, chat: Ref, lang: Lang): Promise<Message>;
  unit(question: Question, unit: string, chat: Ref, lang: Lang): Promise<Message>;
  /** Undefined while there is no answer. */
  answer(question: Question, chat: Ref, lang: Lang): Promise<Message | undefined>;
  /** All buttons of a card, whatever the chat's channel can show. */
  allButtons(
    card: { of: 'question' | 'answer' } | { of: 'unit'; unit: string },
    question: Question,
    chat: Ref,
    lang: Lang,
  ): Promise<Button[]>;
};

/** See CardPainter. */
export function createCardPainter({ texts, lookups, capabilitiesOf, placeName }: CardSources): CardPainter {
  const context = async (question: Question, chat: Ref, lang: Lang): Promise<CardContext> => {
    const { ledger, settings } = lookups();
    const [due, topics, units] = await Promise.all([
      ledger.due(question),
      settings.topics(),
      settings.units(),
    ]);
    const capabilities = capabilitiesOf(splitRef(chat).channel);
    return { texts, lang, capabilities, due, topics, units, placeName };
  };
  return {
    context,
    question: async (question, chat, lang) => questionCard(question, await context(question, chat, lang)),
    unit: async (question, unit, chat, lang) => unitCard(question, unit, await context(question, chat, lang)),
    answer: async (question, chat, lang) => answerCard(question, await context(question, chat, lang)),
    async allButtons(card, question, chat, lang) {
      const given = await context(question, chat, lang);
      const wide = { ...given, capabilities: { ...given.capabilities, maxButtons: Infinity } };
      const drawn =
        card.of === 'unit'
          ? unitCard(question, card.unit, wide)
          : card.of === 'answer'
            ? answerCard(question, wide)
            : questionCard(question, wide);
      return (drawn?.buttons ?? []).flat();
    },
  };
}

/** The slots in which cards are shown: the message of a slot is edited in place (turn.ts). */
export const cardSlot = (code: string): string => `card:${code}`;
export const answerSlot = (code: string): string => `answer:${code}`;
