import { foldedWords } from '../domain/text.js';
import type { QuestionsStore, SearchedRow } from '../store/questions.js';
import type { WordsStore } from '../store/words.js';

const MOST_WORDS = 400;
const LONGEST_WORD = 40;
const AT_ONCE = 500;
const MOST_KNOWN = 100_000;

const MOST_TYPED = 10;
/** A word of more questions than this is no better to begin with than another such word. */
const RARE_ENOUGH = 2_000;
/** More continuations of an unfinished word than this are looked for one by one. */
const MOST_CONTINUATIONS = 800;
const HAS_LETTER = /\p{L}/u;

export type SearchIndex = ReturnType<typeof createSearchIndex>;

/**
 * Search by words (C5). New questions are read into it by their numbers, which have no gaps, at each tick and before
 * each search, so that entering a question costs nothing for it and a search still sees all.
 */
export function createSearchIndex({ questions, words }: { questions: QuestionsStore; words: WordsStore }) {
  const known = new Set<string>(); // words of the vocabulary, so that each is written about once

  const learn = async (all: Iterable<string>): Promise<void> => {
    if (known.size > MOST_KNOWN) known.clear();
    const fresh = [...new Set(all)].filter((word) => HAS_LETTER.test(word) && !known.has(word));
    await words.addVocabulary(fresh);
    for (const word of fresh) known.add(word);
  };

  const catchUpYear = async (year: number): Promise<void> => {
    for (let mark = await words.mark(year); ;) {
      const batch = await questions.afterNumber(year, mark, AT_ONCE);
      const last = batch.at(-1);
      if (!last) return;
      const entries = batch.map(wordsOf);
      // The vocabulary first: a word that no question has does no harm, a question that no prefix finds does.
      await learn(entries.flatMap((entry) => entry.words));
      await words.add(entries);
      await words.setMark(year, last.number);
      mark = last.number;
    }
  };

  const catchUp = async (): Promise<void> => {
    const years = await questions.years();
    for (let year = years?.first ?? 0; years && year <= years.last; year++) await catchUpYear(year);
  };

  return {
    /** Reads in what is new. */
    catchUp,
    /** Reads a question in again, whose content or names changed. */
    async refresh(code: string): Promise<void> {
      const question = await questions.byCode(code);
      if (!question) return;
      const entry = wordsOf(question);
      await learn(entry.words);
      await words.replace(entry);
    },

    /** Codes of the questions that have all words of `text`, with or without marks; the last may be unfinished. */
    async find(text: string, skip: number, limit: number): Promise<{ codes: string[]; total: number }> {
      const typed = foldedWords(text)
        .map((word) => word.slice(0, LONGEST_WORD))
        .slice(0, MOST_TYPED);
      const unfinished = typed.pop();
      if (unfinished === undefined) return { codes: [], total: 0 };
      await catchUp();
      const counted = await Promise.all(
        [...new Set(typed)].map(async (word) => ({ word, count: await words.count(word, RARE_ENOUGH) })),
      );
      const last = await continuations(unfinished);
      if (counted.some(({ count }) => count === 0) || last.length === 0) return { codes: [], total: 0 };
      // The rarest first: the store reads the questions of one word and looks at them for the others.
      const rarest = counted.sort((a, b) => a.count - b.count).map(({ word }) => word);
      // One pass for page and total: codes are short, and reading the words twice costs more.
      const codes = await words.find(
        rarest,
        last.length > MOST_CONTINUATIONS ? { prefix: unfinished } : { anyOf: last },
      );
      return { codes: codes.slice(skip, skip + limit), total: codes.length };
    },
  };

  /** The words that an unfinished one may become. A number is always whole. */
  async function continuations(unfinished: string): Promise<string[]> {
    if (!HAS_LETTER.test(unfinished)) return [unfinished];
    return words.beginningWith(unfinished, MOST_CONTINUATIONS + 1);
  }
}

/** The folded words of the number, the names and the content, each once. */
export function wordsOf({ code, version, number, asker, content, receivedAt }: SearchedRow) {
  const all = [
    String(number),
    String(number).padStart(6, '0'),
    ...foldedWords(`${asker.name} ${asker.organisation ?? ''}`),
    ...foldedWords(content),
  ];
  const words = [...new Set(all.map((word) => word.slice(0, LONGEST_WORD)))].slice(0, MOST_WORDS);
  return { code, version, at: receivedAt, words };
}
