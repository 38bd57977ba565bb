import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { createDelivery } from '../../src/delivery/createDelivery.js';
import { echo, reply } from '../support/deliveryBench.js';
import { openDeliveryStore, type TestStore } from '../support/deliveryStore.js';
import { openTelegram, type TelegramBench } from '../support/deliveryTelegram.js';

let store: TestStore;
let bench: TelegramBench;
beforeAll(async () => {
  store = await openDeliveryStore();
  bench = await openTelegram({ limits: { perSecond: 1_000, perChatPerSecond: 1_000, chatBurst: 100 } });
});
afterAll(async () => {
  await bench.channel.quiet();
  await bench.sim.close();
  await store.close();
});

describe('delivery over Telegram', () => {
  it('answers everybody once and in order while Telegram is in trouble', async () => {
    const { sim, channel } = bench;
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const delivery = createDelivery({
      connection: store.connection,
      channels: [channel],
      clock: systemClock,
      random: () => 0.5,
      newId: () => 'one',
      respond: async (incoming, chat) => {
        const turn = await echo(incoming, chat);
        return { ...turn, show: turn.show.map((show) => ({ ...show, slot: `${incoming.id}` })) };
      },
      exclusive: true,
      settings: { firstRetryMs: 20 },
      log: silent,
      alert: async () => undefined,
    });
    await delivery.start();
    await channel.listen(delivery.accept);
    const people = Array.from({ length: 8 }, () => sim.user());
    for (const kind of ['500', '502', 'reset'] as const)
      sim.faults.rate({ kind, fraction: 0.1, method: 'sendMessage', seed: 7 });
    for (const text of ['a', 'b', 'c', 'd']) for (const person of people) person.private().says(text);

    const answers = (person: (typeof people)[number]): string[] =>
      person
        .private()
        .messages()
        .filter(({ fromBot }) => fromBot)
        .map(({ text }) => text);
    await until(() => people.every((person) => answers(person).length >= 4));
    await delivery.idle();
    for (const person of people) expect(answers(person)).toEqual(['1 a', '2 b', '3 c', '4 d']);
    expect(Object.values(sim.record.counts.faults).reduce((a, b) => a + b, 0)).toBeGreaterThan(0);

    sim.faults.clear();
    const [first] = people;
    first?.blocks();
    await until(() => (delivery.figures()['handled'] ?? 0) === people.length * 4 + 1);
    await delivery.enqueue(
      people.map(({ id }) => reply(`telegram:${id}`, 'tin', `n:${id}`, { priority: 'notice' })),
    );
    await until(() => people.slice(1).every((person) => answers(person).length === 5));
    await delivery.idle();
    expect(delivery.figures()['dropped:unreachable']).toBe(1);
    await delivery.stop();
  });
});

/** Lets real input and output happen until `check` holds; fails by the test's time-out when it never does. */
async function until(check: () => boolean): Promise<void> {
  while (!check())
    await new Promise<void>((resolve) => systemClock.wakeAt(new Date(Date.now() + 2), resolve));
}
