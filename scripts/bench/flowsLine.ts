import type { DriveReport } from '../../simulator/telegram/driveFlows.js';

/** A load run in a line. */
export function flowsLine({ flowsPerSecond, latency }: DriveReport): string {
  return `${flowsPerSecond.toFixed(1)} flows/s, update to reply p50 ${latency.p50.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms`;
}
