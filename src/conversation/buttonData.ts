import { createHash } from 'node:crypto';

const DATA = /^f\|([A-Za-z0-9_-]{8})\|([a-z0-9_-]{1,24})\|([a-z0-9_-]{1,24})$/;

/** The data of a flow's button, `f|<run>|<step>|<value>`, at most 60 bytes (Telegram: 64). */
export function buttonData(run: string, step: string, value: string): string {
  return `f|${shortRun(run)}|${step}|${value}`;
}

/** Reads `buttonData` back; `run` stays short. undefined when it is no flow's button. */
export function readButtonData(data: string): { run: string; step: string; value: string } | undefined {
  const [, run, step, value] = DATA.exec(data) ?? [];
  return run !== undefined && step !== undefined && value !== undefined ? { run, step, value } : undefined;
}

/** A run's id in 8 characters, the same in every process; a short one stays as it is. */
export function shortRun(run: string): string {
  return createHash('sha256').update(run).digest('base64url').slice(0, 8);
}
