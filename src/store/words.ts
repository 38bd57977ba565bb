import type { Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import { Schema } from 'mongoose';
import { isDuplicateKey } from './duplicateKey.js';

/** The folded words of one question. Beside the ledger, so that a search reads little and a question stays small. */
export type QuestionWords = { code: string; version: number; at: Date; words: string[] };
type StoredWords = Omit<QuestionWords, 'code'> & { _id: string };
/** What the unfinished word may be: one of some words, or whatever begins so. */
export type LastWord = { anyOf: string[]; prefix?: never } | { anyOf?: never; prefix: string };
/** How far the questions of a year have been read into the words. */
type StoredMark = { _id: string; number: number };

const options = { strict: 'throw', versionKey: false, autoCreate: false, autoIndex: false } as const;
const wordsSchema = new Schema(
  { _id: String, version: Number, at: Date, words: [String] },
  { ...options, collection: 'questionWords' },
);
wordsSchema.index({ words: 1 });
const markSchema = new Schema({ _id: String, number: Number }, { ...options, collection: 'wordMarks' });

export type WordsStore = ReturnType<typeof createWordsStore>;

/** What `/find` looks in: words by question, each word that ever occurred, and how far the ledger was read. */
export function createWordsStore(connection: Connection) {
  const model = connection.model<StoredWords>('QuestionWords', wordsSchema);
  const marks = connection.model<StoredMark>('WordMark', markSchema);
  const collection = connection.collection<StoredWords>('questionWords');
  const vocabulary = connection.collection<{ _id: string }>('vocabulary');

  const all = (words: readonly string[], last: LastWord): Filter<StoredWords> => {
    const { anyOf, prefix } = last;
    const ends: Filter<StoredWords> = anyOf
      ? { words: { $in: anyOf } }
      : { words: { $elemMatch: { $gte: prefix, $lt: `${prefix}\uffff` } } };
    return { $and: [...words.map((word) => ({ words: word })), ends] };
  };

  return {
    ensureIndexes: (): Promise<void> => model.createIndexes(),

    /** Enters questions that are new; one that is there already stays as it is. */
    async add(questions: readonly QuestionWords[]): Promise<void> {
      const documents = questions.map(({ code, ...entry }) => ({ _id: code, ...entry }));
      await ignoringDuplicates(() => collection.insertMany(documents, { ordered: false }));
    },
    /** Enters the question anew, unless a later version of it is there. */
    async replace({ code, ...entry }: QuestionWords): Promise<void> {
      const earlier = { _id: code, version: { $lt: entry.version } };
      await ignoringDuplicates(() => model.updateOne(earlier, { $set: entry }, { upsert: true }));
    },
    async addVocabulary(words: readonly string[]): Promise<void> {
      if (words.length === 0) return;
      await ignoringDuplicates(() =>
        vocabulary.insertMany(
          words.map((_id) => ({ _id })),
          { ordered: false },
        ),
      );
    },
    /** The words that begin with `prefix`, at most `limit`. */
    async beginningWith(prefix: string, limit: number): Promise<string[]> {
      const found = await vocabulary
        .find({ _id: { $gte: prefix, $lt: `${prefix}\uffff` } })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    },

    /** How many questions have the word, counted no further than `limit`. */
    count: (word: string, limit: number) => model.countDocuments({ words: word }).limit(limit),
    /** The codes of all that have every one of `words` and one of `last`, newest first. */
    async find(words: readonly string[], last: LastWord): Promise<string[]> {
      const found = collection.find(all(words, last), { projection: { _id: 1 } }).sort({ at: -1 });
      return (await found.toArray()).map(({ _id }) => _id);
    },

    mark: async (year: number): Promise<number> =>
      (await marks.findById(String(year)).lean<StoredMark>())?.number ?? 0,
    /** Moves the mark forward; never back. */
    async setMark(year: number, number: number): Promise<void> {
      await marks.updateOne({ _id: String(year) }, { $max: { number } }, { upsert: true });
    },
  };
}

async function ignoringDuplicates(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (isDuplicateKey(error) === undefined) throw error;
  }
}
