import { afterEach, describe, expect, it } from 'vitest';
import { startTestTown, words, type TestTown } from '../support/startTestTown.js';

describe('what the bot says where no turn can', () => {
  let town: TestTown | undefined;
  afterEach(() => town?.close());

  it('asks a person who writes too fast to wait, once a minute', async () => {
    town = await startTestTown({ settings: { MESSAGES_PER_MINUTE: '5' } });
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    for (let n = 0; n < 8; n++) await town.does(lan, '/help');
    const told = lan.messages().filter(({ text }) => text === words('common:tooFast'));
    expect(told).toHaveLength(1);
  });

  it('says sorry, in the language of the chat, for what it could not handle', async () => {
    town = await startTestTown();
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    await town.does(lan, '/language en');
    town.app.services.people.of = () => Promise.reject(new Error('broken'));
    lan.says('/ask');
    for (let n = 0; n < 10; n++) {
      town.clock.advance(5_000);
      await town.settled();
    }
    expect(lan.messages().at(-1)?.text).toBe(words('common:sorry', 'en'));
  });
});
