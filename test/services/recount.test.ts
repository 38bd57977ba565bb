import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/clock.js';
import { createRecount } from '../../src/services/recount.js';
import { readSnapshot } from '../../src/services/settingKinds.js';
import type { QuestionPatch, RecountRow } from '../../src/store/questions.js';
import { ADMIN, START } from './support/startServices.js';

const ROW: RecountRow = {
  code: 'KG-2026-000001',
  version: 1,
  stage: 'received',
  receivedAt: START,
  pauses: [],
  dueAt: START,
};

/** A store whose question somebody else changes just before the first write. */
async function recountAgainst(
  now: RecountRow & { handedOverAt?: Date },
): Promise<{ version: number; patch: QuestionPatch }[]> {
  const written: { version: number; patch: QuestionPatch }[] = [];
  const questions = {
    toRecount: async () => [ROW],
    byCode: async () => now,
    change: async (_code: string, version: number, patch: QuestionPatch) => {
      if (version !== now.version) return undefined;
      written.push({ version, patch });
      return now;
    },
    recountedBy: async () => [],
  };
  const recount = createRecount({
    // Only these four of the store are used; a whole question is not needed to count one.
    questions: questions as unknown as Parameters<typeof createRecount>[0]['questions'],
    settings: { refresh: async () => readSnapshot(1, []) } as Parameters<typeof createRecount>[0]['settings'],
    clock: createManualClock(START),
    announce: { calendarChanged: async () => undefined } as unknown as Parameters<
      typeof createRecount
    >[0]['announce'],
  });
  await recount(ADMIN, 'u1');
  return written;
}

describe('counting a deadline anew while somebody changes the question', () => {
  it('is done again on what is there now', async () => {
    const pauses = [{ from: START, to: new Date('2026-11-25T03:00:00Z') }];
    const [written, ...more] = await recountAgainst({ ...ROW, version: 2, pauses });
    expect(more).toEqual([]);
    // Asked on Monday 23, answered on Wednesday 25; Tuesday is a holiday: one working day later than Friday 27.
    expect(written).toMatchObject({
      version: 2,
      patch: { set: { dueAt: new Date('2026-11-30T16:59:59.999Z') } },
    });
  });

  it('leaves a question that was handed over meanwhile', async () => {
    expect(await recountAgainst({ ...ROW, version: 2, stage: 'routed', handedOverAt: START })).toEqual([]);
  });
});
