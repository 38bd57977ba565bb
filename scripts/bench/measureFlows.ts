import type { DriveReport } from '../../simulator/telegram/driveFlows.js';
import type { ForkedTelegramSimulator } from '../../simulator/telegram/forkTelegramSimulator.js';
import { askScript } from './askScript.js';

/** People in the flow at the same time, for every bot that is measured. */
export const CONCURRENCY = 50;

/** Finished ask flows a second and the time from update to reply in ms, after `warmUp` flows that are not counted. */
export async function measureFlows(
  sim: ForkedTelegramSimulator,
  { warmUp, flows }: { warmUp: number; flows: number },
): Promise<DriveReport> {
  const drive = (users: number): Promise<DriveReport> =>
    sim.drive({ ...askScript(), users, concurrency: CONCURRENCY });
  const before = await drive(warmUp);
  const report = before.stalled.count > 0 ? before : await drive(flows);
  const [example] = report.stalled.examples;
  if (example)
    throw new Error(`${report.stalled.count} flows stalled, at “${example.at}”: ${example.lastMessage}`);
  return report;
}
