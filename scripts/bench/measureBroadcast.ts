import type { ForkedTelegramSimulator } from '../../simulator/telegram/forkTelegramSimulator.js';

const LOOK_MS = 10;
const MOST_MS = 120_000;

export type Broadcast = {
  recipients: number;
  seconds: number;
  /** What the limit alone asks for. */
  floorSeconds: number;
  sent: number;
  refused403: number;
  limited429: number;
  /** Refused by the platform's own count of the limit, beside those switched on. */
  overLimit: number;
};

/** Waits for the broadcast to begin and to end; the bot is about to send to `recipients` private chats. */
export async function measureBroadcast(
  sim: ForkedTelegramSimulator,
  recipients: number,
  perSecond: number,
): Promise<Broadcast> {
  const first = await sim.counts();
  let startedAt: number | undefined;
  const giveUpAt = Date.now() + MOST_MS;
  for (;;) {
    const now = await sim.counts();
    const sent = now.messagesSent - first.messagesSent;
    const refused403 = (now.faults['403'] ?? 0) - (first.faults['403'] ?? 0);
    if (sent + refused403 > 0) startedAt ??= performance.now();
    if (startedAt !== undefined && sent + refused403 >= recipients)
      return {
        recipients,
        seconds: (performance.now() - startedAt) / 1000,
        floorSeconds: recipients / perSecond,
        sent,
        refused403,
        limited429: (now.faults['429'] ?? 0) - (first.faults['429'] ?? 0),
        overLimit: now.limited - first.limited,
      };
    if (Date.now() > giveUpAt)
      throw new Error(`${sent + refused403} of ${recipients} reminders after ${MOST_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
