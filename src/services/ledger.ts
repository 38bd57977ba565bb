import type { Clock } from '../clock.js';
import { isOverdue } from '../domain/deadline.js';
import { STAGES, type Stage } from '../domain/question.js';
import { parseCode } from '../domain/questionCode.js';
import type { PeopleStore } from '../store/people.js';
import type { QuestionsStore } from '../store/questions.js';
import { deadlineOf } from './keptFields.js';
import type { SearchIndex } from './searchIndex.js';
import type { Services, Stats } from './services.js';
import type { SettingsCache } from './settingsCache.js';

const PAGE = 10;
export type LedgerDeps = {
  questions: QuestionsStore;
  people: PeopleStore;
  settings: SettingsCache;
  searchIndex: SearchIndex;
  clock: Clock;
};

/** Reading the ledger (C5). Pages are counted from 0, ten questions a page. */
export function createLedger(deps: LedgerDeps): Services['ledger'] {
  const { questions, settings, clock } = deps;
  return {
    byCode: questions.byCode,
    ofPerson: questions.ofPerson,
    joinedTo: (code) => questions.joinedTo(code),
    async queue(page) {
      const [open, total] = await Promise.all([questions.open(skipTo(page), PAGE), questions.countOpen()]);
      return { questions: open, total };
    },
    find: (words, page) => find(deps, words, page),
    async due(question) {
      const now = clock.now();
      const { dueDate, dueAt, paused, days } = deadlineOf(question, await settings.read(), now);
      return { dueDate, dueAt, paused, days, overdue: isOverdue({ ...question, dueAt }, now) };
    },
    stats: () => stats(deps),
  };
}

const skipTo = (page: number): number => Math.max(0, Math.floor(page)) * PAGE;

/** By words, the last of which may be unfinished; a whole code finds its question. */
async function find(
  { questions, searchIndex }: LedgerDeps,
  text: string,
  page: number,
): ReturnType<Services['ledger']['find']> {
  const code = parseCode(text);
  const exact = code === undefined ? undefined : await questions.byCode(code);
  if (exact) return { questions: page === 0 ? [exact] : [], total: 1 };
  const { codes, total } = await searchIndex.find(text, skipTo(page), PAGE);
  const found = new Map((await questions.byCodes(codes)).map((question) => [question.code, question]));
  return { questions: codes.flatMap((one) => found.get(one) ?? []), total };
}

/** Counts from indexes only. */
async function stats({ questions, people, settings, clock }: LedgerDeps): Promise<Stats> {
  const { topics, units } = await settings.read();
  const counts = await Promise.all(
    STAGES.map(async (stage) => ({ stage, count: await questions.count({ stage }) })),
  );
  const used = counts.filter(({ count }) => count > 0);
  const sum = async (parts: Promise<number>[]): Promise<number> =>
    (await Promise.all(parts)).reduce((a, b) => a + b, 0);
  const answered: Stage[] = ['answered', 'published'];
  const [byTopic, byUnit, overdue, subscribers] = await Promise.all([
    Promise.all(
      topics.map(async ({ id }) => ({
        topic: id,
        count: await sum(used.map(({ stage }) => questions.count({ stage, topic: id }))),
      })),
    ),
    Promise.all(
      units.map(async ({ id }) => {
        const count = await questions.count({ unit: id });
        const parts = count > 0 ? answered.map((stage) => questions.count({ unit: id, stage })) : [];
        return { unit: id, count, answered: await sum(parts) };
      }),
    ),
    questions.countOverdue(clock.now()),
    people.countSubscribers(),
  ]);
  return {
    total: used.reduce((total, { count }) => total + count, 0),
    byStage: Object.fromEntries(used.map(({ stage, count }) => [stage, count])),
    overdue,
    byTopic: byTopic.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count),
    byUnit: byUnit.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count),
    subscribers,
  };
}
