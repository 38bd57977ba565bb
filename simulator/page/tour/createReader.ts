import { LANGS, type Texts } from '../../../src/bot/texts.js';
import type { PageButton, PageMessage } from '../pageTypes.js';
import { codesIn } from '../readOffice.js';
import type { Stage } from '../startStage.js';
import { patternOf } from './patternOf.js';

export type Reader = ReturnType<typeof createReader>;

/** Reads chats as a person does: what the bot asks, and which button bears which words, in whatever language. */
export function createReader(stage: Stage, texts: Texts) {
  const patterns = new Map<string, RegExp[]>();
  const patternsOf = (key: string): RegExp[] => {
    const known = patterns.get(key) ?? LANGS.map((lang) => patternOf(key, lang));
    patterns.set(key, known);
    return known;
  };
  const messages = (chat: string): PageMessage[] => stage.of(chat).messages(chat);
  const bot = (chat: string): PageMessage[] => messages(chat).filter(({ fromBot }) => fromBot);

  return {
    codesIn: (chat: string): string[] => (chat === '' ? [] : bot(chat).flatMap(({ text }) => codesIn(text))),
    /** The bot's newest message that asks something, if nobody answered it yet. */
    newest: (chat: string): PageMessage | undefined => bot(chat).at(-1),
    asks: ({ text }: PageMessage, key: string): boolean => patternsOf(key).some((one) => one.test(text)),
    /** The newest message that has a button with these words, and names `about` if that is given. */
    button(chat: string, key: string, about = ''): { message: string; button: string } | undefined {
      const labels = LANGS.map((lang) => texts.plain({ key }, lang));
      return find(bot(chat), about, ({ text }) => labels.some((label) => text.startsWith(label)));
    },
    /** The first button of the newest message that asks `key` and names `about`. */
    firstButton(chat: string, key: string, about: string): { message: string; button: string } | undefined {
      const asking = bot(chat).filter(({ text }) => patternsOf(key).some((one) => one.test(text)));
      return find(asking, about, () => true);
    },
    /** Whether the bot said this after it first named `about`. */
    told(chat: string, key: string, about: string): boolean {
      const shown = bot(chat);
      const from = shown.findIndex(({ text }) => text.includes(about));
      return from >= 0 && shown.slice(from).some(({ text }) => patternsOf(key).some((one) => one.test(text)));
    },
    /** What stands in the locales, in the language that the bot speaks in this chat. */
    words: (key: string, chat: string): string => texts.plain({ key }, languageOf(chat)),
  };

  function find(shown: PageMessage[], about: string, fits: (button: PageButton) => boolean) {
    for (const message of shown.toReversed()) {
      const button = message.text.includes(about)
        ? message.buttons.flat().find((one) => one.id !== undefined && fits(one))
        : undefined;
      if (button?.id !== undefined) return { message: message.id, button: button.id };
    }
    return undefined;
  }

  /** The language that the bot speaks in a chat, told by its “Skip”, “Done” and the like; Vietnamese has its own letters. */
  function languageOf(chat: string): 'vi' | 'en' {
    const newest = bot(chat).at(-1);
    return newest && !/[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i.test(newest.text)
      ? 'en'
      : 'vi';
  }
}
