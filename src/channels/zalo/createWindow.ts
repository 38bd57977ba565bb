import type { Clock } from '../../clock.js';
import type { Answer, Api } from './createApi.js';
import { PATHS, WINDOW } from './facts.js';
import { quotaSchema } from './wire.js';

/** People kept in memory; the platform knows the others. */
const KEPT = 50_000;
/** A window that was found shut is asked after again so often: the person may have written to another process. */
const ASK_AGAIN_MS = 30_000;
/** Our clock and theirs may differ, and a message takes its time. */
const SPARE_MS = 60_000;

/** Free of charge, billed, refused; or what the platform said instead of an answer. */
export type WindowState =
  { kind: 'free' | 'paid' | 'shut' } | { kind: 'unknown'; answer: Exclude<Answer, { kind: 'ok' }> };

/** Whether a message may be sent now: 48 hours free, up to 7 days billed, since the person's last interaction. */
export type Window = {
  /** The person did something. */
  note: (userId: string, at: Date) => void;
  /** From memory if that says 'free', else the platform is asked (`quota/message`). */
  check(userId: string): Promise<WindowState>;
  /** The platform refused a message because of the window, whatever was believed. */
  refused(userId: string): void;
};

export function createWindow(clock: Clock, api: Pick<Api, 'post'>): Window {
  const people = new Map<string, { last: number; askedAt?: number }>();

  const remember = (userId: string, entry: { last: number; askedAt?: number }): void => {
    people.delete(userId);
    people.set(userId, entry);
    if (people.size > KEPT)
      for (const oldest of [...people.keys()].slice(0, KEPT / 10)) people.delete(oldest);
  };

  const stateAt = (last: number): 'free' | 'paid' | 'shut' => {
    const age = clock.now().getTime() - last + SPARE_MS;
    return age <= WINDOW.freeMs ? 'free' : age <= WINDOW.paidMs ? 'paid' : 'shut';
  };

  return {
    note(userId, at) {
      const before = people.get(userId);
      if (before && before.last >= at.getTime()) return;
      remember(userId, { last: at.getTime() });
    },
    async check(userId) {
      const known = people.get(userId);
      const now = clock.now().getTime();
      if (known && stateAt(known.last) === 'free') return { kind: 'free' };
      if (known?.askedAt !== undefined && now - known.askedAt < ASK_AGAIN_MS)
        return { kind: stateAt(known.last) };
      const answer = await api.post(PATHS.quota, { user_id: userId });
      if (answer.kind !== 'ok') return { kind: 'unknown', answer };
      const last = Number(quotaSchema.safeParse(answer.data).data?.last_interaction);
      if (!Number.isFinite(last)) return { kind: 'unknown', answer: { kind: 'away', why: 'bad-answer' } };
      remember(userId, { last: Math.max(last, people.get(userId)?.last ?? 0), askedAt: now });
      return { kind: stateAt(people.get(userId)?.last ?? last) };
    },
    refused(userId) {
      remember(userId, { last: 0, askedAt: clock.now().getTime() });
    },
  };
}
