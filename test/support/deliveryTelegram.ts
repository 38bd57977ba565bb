/** The Telegram channel on the simulator; for tests of the channel and of delivery through it. */
import {
  startTelegramSimulator,
  type TelegramSimulator,
  type TelegramSimulatorOptions,
} from '../../simulator/telegram/startTelegramSimulator.js';
import type { Channel } from '../../src/channels/channel.js';
import {
  createTelegramChannel,
  type TelegramSettings,
} from '../../src/channels/telegram/createTelegramChannel.js';
import { systemClock } from '../../src/clock.js';

export const SECRET = 'a-secret_of-telegram';

export type TelegramBench = {
  sim: TelegramSimulator;
  channel: Channel;
  logged: { level: string; message: string }[];
};

export async function openTelegram(
  settings: Partial<TelegramSettings> = {},
  options: TelegramSimulatorOptions = { limits: 'off' },
): Promise<TelegramBench> {
  const sim = await startTelegramSimulator(options);
  const logged: TelegramBench['logged'] = [];
  const log =
    (level: string) =>
    (_fields: unknown, message?: string): void =>
      void logged.push({ level, message: message ?? '' });
  const channel = createTelegramChannel({
    token: sim.token,
    apiRoot: sim.apiRoot,
    clock: systemClock,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    ...settings,
  });
  return { sim, channel, logged };
}
