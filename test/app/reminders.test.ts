import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatHandle } from '../../simulator/telegram/createChatHandle.js';
import { startTestTown, words, type TestTown } from '../support/startTestTown.js';

/** The first Saturday of December 2026 at 18:30 in Vietnam. */
const AIRTIME = new Date('2026-12-05T11:30:00Z');
const minutes = (n: number): Date => new Date(AIRTIME.getTime() + n * 60_000);

describe('reminders of an airing, over HTTP', () => {
  let town: TestTown;
  let hung: ChatHandle;
  beforeEach(async () => {
    town = await startTestTown();
    hung = town.telegram.user({ firstName: 'Hùng' }).private();
    await town.does(
      hung,
      '/subscribe',
      `!${words('common:nav.done.label')}`,
      `!${words('common:yes.label')}`,
    );
  });
  afterEach(() => town.close());

  const reminders = (chat = hung): string[] =>
    chat
      .messages()
      .filter(({ fromBot, text }) => fromBot && text.includes('18:30 05/12/2026'))
      .map(({ text }) => text);

  async function tickAt(at: Date): Promise<void> {
    town.clock.advanceTo(at);
    await town.app.tick();
    await town.settled();
  }

  it('come a day and half an hour before, each once, however often it ticks', async () => {
    for (const minute of [-24 * 60 - 1, -24 * 60, -24 * 60 + 1, -40, -30, -29, -10])
      await tickAt(minutes(minute));
    expect(reminders()).toHaveLength(2);
  });

  it('come once though the bot was restarted between the ticks', async () => {
    await tickAt(minutes(-30));
    await town.restart();
    await tickAt(minutes(-20));
    expect(reminders()).toHaveLength(1);
  });

  it('never come once it is airtime, when the bot was down until then', async () => {
    await tickAt(minutes(-25 * 60));
    await tickAt(minutes(0));
    expect(reminders()).toEqual([]);
  });

  it('are dropped when the platform was away until airtime', async () => {
    const recover = town.telegram.faults.rate({ fraction: 1, kind: '500', seed: 1, method: 'sendMessage' });
    town.clock.advanceTo(minutes(-30));
    await town.app.tick();
    await town.app.idle();
    town.clock.advanceTo(minutes(1));
    await town.app.idle();
    recover();
    await town.settled();
    expect(reminders()).toEqual([]);
  });

  it('end with /unsubscribe', async () => {
    await town.does(hung, '/unsubscribe');
    await tickAt(minutes(-30));
    expect(reminders()).toEqual([]);
  });

  it('leave a subscriber alone who blocked the bot, and reach the others', async () => {
    const mai = town.telegram.user({ firstName: 'Mai' });
    await town.does(
      mai.private(),
      '/subscribe',
      `!${words('common:nav.done.label')}`,
      `!${words('common:yes.label')}`,
    );
    mai.blocks();
    await town.settled();
    const calls = town.telegram.record.calls({ chatId: mai.private().chatId }).length;
    await tickAt(minutes(-24 * 60));
    await tickAt(minutes(-30));
    expect(town.telegram.record.calls({ chatId: mai.private().chatId })).toHaveLength(calls);
    expect(reminders()).toHaveLength(2);
  });
});
