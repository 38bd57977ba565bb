import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';

/** Tells the admins what somebody has to mend. The same code is told once an hour by a process. Never rejects. */
export type Alert = (code: string, fields: Readonly<Record<string, string | number>>) => Promise<void>;

const QUIET_MS = 3_600_000;

export function createAlerts(
  clock: Clock,
  tell: (code: string, fields: Readonly<Record<string, string | number>>) => Promise<void>,
  log: Pick<Log, 'error'>,
): Alert {
  const told = new Map<string, number>();
  return async (code, fields) => {
    const now = clock.now().getTime();
    const key = `${code} ${String(fields.code ?? '')}`;
    if (now - (told.get(key) ?? -Infinity) < QUIET_MS) return;
    told.set(key, now);
    log.error({ ...fields }, code);
    await tell(code, fields).catch((err: unknown) => log.error({ err }, 'zalo-alert-failed'));
  };
}
