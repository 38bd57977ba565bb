import type { Clock } from '../clock.js';
import type { Question } from '../domain/question.js';
import type { QuestionRecord, QuestionsStore, RecountRow } from '../store/questions.js';
import { awaitsHandover, deadlineOf, nextWatch } from './keptFields.js';
import type { Actor, Announce } from './services.js';
import type { Snapshot } from './settingKinds.js';
import type { SettingsCache } from './settingsCache.js';

export type Recount = (by: Actor, cause: string, options?: { quietWhenSame: boolean }) => Promise<Question[]>;

/**
 * Counts every open deadline anew after a change of the calendar (C3) and tells of those that moved. A deadline that
 * was met by handing over stays as it was. A repeat with the same cause finishes what is left and tells of all.
 */
export function createRecount(deps: {
  questions: QuestionsStore;
  settings: SettingsCache;
  clock: Clock;
  announce: Announce;
}): Recount {
  const { questions, settings, clock, announce } = deps;

  return async (by, cause, options) => {
    const snapshot = await settings.refresh();
    for (const row of await questions.toRecount()) await recountOne(row, snapshot, cause);
    const moved = await questions.recountedBy(cause);
    if (moved.length > 0 || !options?.quietWhenSame) await announce.calendarChanged(moved, by, cause);
    return moved;
  };

  /** Tries until nobody changes the question in between; a question that was handed over meanwhile is left. */
  async function recountOne(first: RecountRow, snapshot: Snapshot, cause: string): Promise<void> {
    let row: (RecountRow & { handedOverAt?: Date }) | undefined = first;
    while (row && !row.handedOverAt) {
      const now = clock.now();
      const { dueAt } = deadlineOf(row, snapshot, now);
      if (dueAt.getTime() === row.dueAt.getTime()) return;
      const awaiting = awaitsHandover({ ...row, dueAt });
      const set: Partial<QuestionRecord> = { dueAt, dueCause: cause, awaiting };
      if (awaiting) set.nextWatchAt = nextWatch({ dueAt }, snapshot, now);
      if (await questions.change(row.code, row.version, { set, unset: awaiting ? [] : ['nextWatchAt'] }))
        return;
      row = await questions.byCode(row.code);
    }
  }
}
