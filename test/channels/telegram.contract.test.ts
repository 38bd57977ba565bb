import { readdirSync, readFileSync } from 'node:fs';
import { createManualClock } from '../../src/clock.js';
import { openTelegram, SECRET } from '../support/deliveryTelegram.js';
import { describeChannel, type Fixture } from './contract.js';

const FIXTURES = new URL('fixtures/telegram/', import.meta.url);

describeChannel('telegram', async () => {
  const clock = createManualClock(new Date('2026-11-23T08:00:00Z'));
  const { sim, channel } = await openTelegram({
    publicUrl: 'https://bot.example',
    webhookSecret: SECRET,
    clock,
  });
  const lan = sim.user({ firstName: 'Lan' });
  const mai = sim.user({ firstName: 'Mai' });
  lan.starts();
  mai.starts();
  const chat = `telegram:${lan.id}`;
  const next = (then: '429' | '502' | 'reset') => (): string => {
    sim.faults.next({ then });
    return chat;
  };
  return {
    channel,
    authentic: () => ({ 'x-telegram-bot-api-secret-token': SECRET }),
    fixtures: readdirSync(FIXTURES).map(
      (file) => JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as Fixture,
    ), // written by hand
    chat,
    texts: () =>
      lan
        .private()
        .messages()
        .filter(({ fromBot }) => fromBot)
        .map(({ text }) => text),
    fail: {
      limited: next('429'),
      fault: next('502'),
      broken: next('reset'),
      unreachable() {
        mai.blocks();
        return `telegram:${mai.id}`;
      },
      moved() {
        const group = sim.group({ title: 'Ban Biên tập', type: 'group', members: [lan] });
        const from = `telegram:${group.id}`;
        group.upgrade();
        return from;
      },
    },
    async close() {
      await sim.close();
    },
  };
});
