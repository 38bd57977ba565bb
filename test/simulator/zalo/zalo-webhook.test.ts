import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../../src/clock.js';
import { startZaloSimulator } from '../../../simulator/zalo/startZaloSimulator.js';

type Heard = { signature?: string; retry?: string; body: string };

async function start(status: (heard: Heard[]) => number) {
  const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
  const sim = await startZaloSimulator({ clock });
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { 'x-zevent-signature': signature, num_retry: retry } = request.headers;
      heard.push({
        body,
        ...(signature ? { signature: String(signature) } : {}),
        ...(retry ? { retry: String(retry) } : {}),
      });
      response.writeHead(status(heard)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await sim.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`; // a TCP server has no other kind of address
  return { sim, clock, heard, url };
}

describe('the webhook of the Zalo simulator', () => {
  it('probes a new address with an unsigned {} and keeps one that answers 200', async () => {
    const { sim, heard, url } = await start((all) => (all.length === 1 ? 403 : 200));
    expect([await sim.setWebhook(url), sim.webhook()]).toEqual([false, undefined]);
    expect([await sim.setWebhook(url), sim.webhook()]).toEqual([true, url]);
    expect(heard).toEqual([{ body: '{}' }, { body: '{}' }]);
  });

  it('signs each event, with ids as strings', async () => {
    const { sim, heard, url } = await start(() => 200);
    await sim.setWebhook(url);
    sim.user().says('Chào');
    await sim.idle();
    const { body, signature } = heard[1] ?? { body: '' };
    const event = JSON.parse(body) as { timestamp: string };
    expect(signature).toBe(sim.sign(event, body));
    expect(event).toMatchObject({
      event_name: 'user_send_text',
      timestamp: '1795399200000',
      message: { text: 'Chào' },
    });
  });

  it('repeats after 30 s, 5, 15, 30 minutes and an hour, and then switches the webhook off', async () => {
    const { sim, clock, heard, url } = await start((all) => (all.length === 1 ? 200 : 500));
    await sim.setWebhook(url);
    sim.user().says('Chào');
    await sim.idle();
    for (const seconds of [30, 300, 900, 1_800, 3_600]) {
      const before = heard.length;
      clock.advance(seconds * 1_000 - 1);
      await sim.idle();
      expect(heard.length).toBe(before);
      clock.advance(1);
      await sim.idle();
      expect(heard.length).toBe(before + 1);
    }
    expect(heard.slice(1).map(({ retry }) => retry)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect([sim.webhook(), sim.pendingEvents(), sim.record.counts.dropped]).toEqual([undefined, 0, 1]);
  });

  it('delivers twice, in another order, and again when the answer is lost, as switched on', async () => {
    const { sim, clock, heard, url } = await start(() => 200);
    await sim.setWebhook(url);
    sim.faults.deliver({ reorder: 1 });
    const lan = sim.user();
    lan.says('Một');
    sim.faults.clear();
    lan.says('Hai');
    await sim.idle();
    expect(heard.slice(1).map(({ body }) => /"text":"(.*?)"/.exec(body)?.[1])).toEqual(['Hai', 'Một']);

    sim.faults.deliver({ duplicate: 1, dropAnswer: 1 });
    lan.says('Ba');
    await sim.idle();
    sim.faults.clear();
    clock.advance(30_000);
    await sim.idle();
    expect(heard.filter(({ body }) => body.includes('Ba'))).toHaveLength(3);
  });

  it('shows a person what they see: a hidden query leaves no trace, a shown one does', async () => {
    const { sim } = await start(() => 200);
    const lan = sim.user();
    expect(() => lan.presses('Có')).toThrow('there are: none');
    expect(() => lan.last()).toThrow('has not written');
    lan.sendsSticker();
    expect(lan.messages()).toMatchObject([{ fromOa: false, other: 'sticker' }]);
  });
});
