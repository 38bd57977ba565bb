/** Keeps alerts from becoming a flood: a thousand refused messages are one trouble, and alerts are messages too. */
import type { Clock } from '../clock.js';

/** So many alerts of one code … */
const MANY = 5;
/** … within this much time; the rest is in the log and the figures. */
const WINDOW_MS = 3_600_000;

/** Whether one more alert of this code may go. */
export function createAlertBrake(clock: Clock): (code: string) => boolean {
  const seen = new Map<string, { since: number; count: number }>();
  return (code) => {
    const now = clock.now().getTime();
    const known = seen.get(code);
    if (known === undefined || now - known.since >= WINDOW_MS) {
      seen.set(code, { since: now, count: 1 });
      return true;
    }
    return ++known.count <= MANY;
  };
}
