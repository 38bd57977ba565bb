import { isOverdue } from '../domain/deadline.js';
import { awaitsHandover, deadlineOf, remindAt } from './keptFields.js';
import type { WatchDeps } from './watchDeps.js';

const AT_ONCE = 200;
const MOST_ROUNDS = 1_000;

/**
 * The reminder on the morning of the working day before the due date, and the escalation once it has passed, each
 * once for a due date (C3). The question's own document says when it is to be looked at next.
 */
export function createWatchDeadlines({
  questions,
  settings,
  clock,
  announce,
}: WatchDeps): () => Promise<void> {
  type Due = Awaited<ReturnType<typeof questions.toWatch>>[number];

  const look = async ({ nextWatchAt: _at, ...question }: Due): Promise<void> => {
    const snapshot = await settings.read();
    const now = clock.now();
    const { dueDate, paused, days } = deadlineOf(question, snapshot, now);
    const overdue = isOverdue(question, now);
    const due = { dueDate, dueAt: question.dueAt, paused, days, overdue };
    const remind = remindAt(question, snapshot);
    let next: Date | undefined;
    if (overdue) await announce.overdue(question, due);
    else if (awaitsHandover(question)) {
      if (now >= remind) await announce.dueSoon(question, due);
      next = now >= remind ? new Date(question.dueAt.getTime() + 1) : remind;
    }
    await questions.setWatch(question.code, question.version, next);
  };

  return async () => {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const due = await questions.toWatch(clock.now(), AT_ONCE);
      for (const question of due) await look(question);
      if (due.length < AT_ONCE) return;
    }
  };
}
