import type { Question } from '../domain/question.js';
import type { QuestionRecord, QuestionsStore } from '../store/questions.js';

/** A question that waits for its number. */
type Waiting = {
  year: number;
  cause: string;
  build: (number: number) => QuestionRecord;
  resolve: (question: Question) => void;
  reject: (reason: unknown) => void;
};

const MOST_AT_ONCE = 50;

/**
 * Gives each new question the next number of its year, without gaps or doubles: a number is used only by being
 * inserted, under a unique index, and the next is tried only then. Those that wait go in together, in order.
 * A cause that has a question already gets that one.
 */
export function createNumbering(store: Pick<QuestionsStore, 'insert' | 'highest' | 'byCause'>) {
  const waiting: Waiting[] = [];
  const highest = new Map<number, number>();
  let working = false;

  const work = async (): Promise<void> => {
    working = true;
    while (waiting[0]) {
      const { year } = waiting[0];
      const others = waiting.findIndex((one) => one.year !== year);
      const batch = waiting.splice(0, Math.min(others < 0 ? waiting.length : others, MOST_AT_ONCE));
      try {
        waiting.unshift(...(await insert(year, batch)));
      } catch (error) {
        // What went in before the fault is found by its cause when it is tried again.
        highest.delete(year);
        for (const one of batch) one.reject(error);
      }
    }
    working = false;
  };

  /** Inserts in order; gives back those that have still to wait. */
  const insert = async (year: number, batch: readonly Waiting[]): Promise<Waiting[]> => {
    const last = highest.get(year) ?? (await store.highest(year));
    const records = batch.map((one, index) => one.build(last + 1 + index));
    const inserted = await store.insert(records);
    for (const [index, one] of batch.slice(0, inserted).entries()) {
      const record = records[index];
      if (record) one.resolve(asQuestion(record));
    }
    highest.set(year, last + inserted);
    const stopped = batch[inserted];
    if (!stopped) return [];
    const known = await store.byCause(stopped.cause);
    if (known) {
      stopped.resolve(known);
      return batch.slice(inserted + 1);
    }
    highest.delete(year); // another instance took the number
    return batch.slice(inserted);
  };

  return (year: number, cause: string, build: (number: number) => QuestionRecord): Promise<Question> =>
    new Promise((resolve, reject) => {
      waiting.push({ year, cause, build, resolve, reject });
      if (!working) void work();
    });
}

function asQuestion(record: QuestionRecord): Question {
  const {
    _id,
    open: _open,
    awaiting: _awaiting,
    nextWatchAt: _next,
    dueCause: _due,
    onAirTold: _told,
    ...question
  } = record;
  return { ...question, code: _id };
}
