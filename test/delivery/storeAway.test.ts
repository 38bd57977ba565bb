import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectStore, type Store } from '../../src/store/connect.js';
import { createBench, nextNumber, until, type Bench } from '../support/deliveryBench.js';
import { startProxy, type Proxy } from '../support/deliveryProxy.js';
import { startDeliveryServer } from '../support/deliveryStore.js';

let server: { uri: string; close(): Promise<void> };
let proxy: Proxy;
let store: Store; // past the proxy
let behindProxy: Store;
beforeEach(async () => {
  server = await startDeliveryServer();
  proxy = await startProxy(server.uri);
  const settings = { database: `away-${randomUUID().slice(0, 8)}`, dataDir: '', onWarning: () => undefined };
  store = await connectStore({ ...settings, mongodbUri: server.uri });
  behindProxy = await connectStore({ ...settings, mongodbUri: proxy.uri });
});
afterEach(async () => {
  await behindProxy.close();
  proxy.cut();
  await store.connection.dropDatabase();
  await store.close();
  await server.close();
});

async function started(): Promise<Bench> {
  const bench = await createBench({ ...behindProxy, empty: async () => undefined });
  await bench.delivery.start();
  return bench;
}

describe('a store that hangs', () => {
  it('makes the platform send again within 2 s, and the update is worked once', async () => {
    const bench = await started();
    const number = nextNumber();
    proxy.stall();
    const answer = bench.say('1', 'a', number);
    await ticks(20);
    bench.clock.advance(1_500);
    expect(await answer).toBe(503);
    proxy.resume();
    expect(await bench.say('1', 'a', number)).toBe(200);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['1 a']);
    await bench.delivery.stop();
  });

  it('refuses at once when too much waits for it', async () => {
    const bench = await createBench(
      { ...behindProxy, empty: async () => undefined },
      { settings: { maxAccepting: 3 } },
    );
    await bench.delivery.start();
    proxy.stall();
    const waiting = [1, 2, 3].map((n) => bench.say(String(n), 'a'));
    await ticks(5);
    expect(await bench.say('4', 'a')).toBe(503);
    bench.clock.advance(1_500);
    expect(await Promise.all(waiting)).toEqual([503, 503, 503]);
    proxy.resume();
    await bench.delivery.stop();
  });
});

describe('a store that is gone', () => {
  it('does not make a message be sent twice, nor an update be set aside', async () => {
    const bench = await started();
    bench.channel.next.push(() => {
      proxy.cut();
      return undefined;
    });
    await bench.say('1', 'a');
    await until(() => bench.channel.log.length === 1);
    await ticks(20);
    await proxy.mend();
    // The marks are made once the store is back.
    await retryUntil(
      bench,
      async () => (await store.connection.collection('outbox').countDocuments({ state: 'sent' })) === 1,
    );
    await retryUntil(
      bench,
      async () => (await store.connection.collection('inbox').countDocuments({ state: 'done' })) === 1,
    );
    await bench.delivery.idle();
    expect(bench.channel.log).toHaveLength(1);
    expect(bench.alerts).toEqual([]);
    await bench.delivery.stop();
  });
});

async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await new Promise(setImmediate);
}

/** Lets time pass in steps until `check` holds; fails by the test's time-out when it never does. */
async function retryUntil(bench: Bench, check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) {
    bench.clock.advance(500);
    await ticks(10);
  }
}
