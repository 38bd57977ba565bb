import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { createZaloChannel } from '../../../src/channels/zalo/createZaloChannel.js';
import { createManualClock } from '../../../src/clock.js';
import { startZaloSimulator } from '../../../simulator/zalo/startZaloSimulator.js';
import { describeChannel, type Fixture } from '../contract.js';
import { createMemoryTokenStore, quietLog, START } from './support.js';

const FIXTURES = new URL('../fixtures/zalo/', import.meta.url);
const fixtureSchema = z.object({
  name: z.string(),
  source: z.string().min(10),
  update: z.unknown(),
  means: z.array(z.unknown()),
});
const fixtures: Fixture[] = readdirSync(FIXTURES).map((name) =>
  fixtureSchema.parse(JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'))),
);

describeChannel('zalo', async () => {
  const clock = createManualClock(START);
  const sim = await startZaloSimulator({ clock });
  const channel = createZaloChannel({
    ...sim,
    firstToken: sim.refreshToken,
    tokens: createMemoryTokenStore(),
    clock,
    newId: () => 'process',
    log: quietLog,
    alert: async () => undefined,
  });
  const lan = sim.user();
  lan.follows();
  const gone = sim.user();
  gone.unfollows();
  const fail = (then: -32 | '502' | 'reset') => () => {
    clock.advance(60_000); // a limit that was met before is over
    sim.faults.next({ endpoint: 'cs', then });
    return `zalo:${lan.id}`;
  };
  // The platform is given NFC, in which a text that was typed otherwise reads the same: people's eyes compare so, too.
  const meant = new Map<string, string>();
  const sending: typeof channel = {
    ...channel,
    send(outgoing) {
      if (outgoing.kind === 'send') {
        const typed = withoutMarkup(outgoing.message.text);
        meant.set(typed.normalize('NFC'), typed);
      }
      return channel.send(outgoing);
    },
  };
  return {
    channel: sending,
    authentic(body) {
      const mac = createHash('sha256')
        .update(sim.appId)
        .update(body)
        .update(timestampOf(body))
        .update(sim.oaSecretKey)
        .digest('hex');
      return { 'x-zevent-signature': `mac=${mac}` };
    },
    fixtures,
    chat: `zalo:${lan.id}`,
    texts: (chat) =>
      sim
        .userById(chat.slice(5))
        .messages()
        .filter(({ fromOa }) => fromOa)
        .map(({ text }) => meant.get(text) ?? text),
    fail: {
      limited: fail(-32),
      fault: fail('502'),
      broken: fail('reset'),
      unreachable: () => {
        clock.advance(60_000);
        return `zalo:${gone.id}`;
      },
    },
    close: () => sim.close(),
  };
});

function withoutMarkup(markup: string): string {
  const plain = markup.replace(/<\/?[bi]>/g, '');
  return plain
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

function timestampOf(body: Buffer): string {
  const parsed = z
    .object({ timestamp: z.union([z.string(), z.number().transform(String)]) })
    .safeParse(jsonOf(body));
  return parsed.success ? parsed.data.timestamp : '';
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined; // the suite sends broken bodies too
  }
}
