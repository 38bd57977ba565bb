import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { ADMIN, EDITOR, startServices, STATION, toldOf } from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

/** Three questions: the second joined with the first, the third joined with the second before that. */
async function joinedQuestions() {
  const town = await startServices(await store.database());
  const { services } = town;
  const [main, second, third, other] = [
    await town.submit(),
    await town.submit(),
    await town.submit(),
    await town.submit(),
  ];
  await services.act(third.code, 'join', EDITOR, { into: second.code }, 'join-third');
  await services.act(second.code, 'join', EDITOR, { into: main.code }, 'join-second');
  return { ...town, main, second, third, other };
}

describe('questions joined with one', () => {
  it('are found, also those that had been joined with them', async () => {
    const { services, main, second, third, other } = await joinedQuestions();
    const codes = async (code: string) =>
      (await services.ledger.joinedTo(code)).map((one) => one.code).sort();
    expect(await codes(main.code)).toEqual([second.code, third.code]);
    expect(await codes(second.code)).toEqual([third.code]);
    expect(await codes(other.code)).toEqual([]);
  });

  it('have their askers told that it is on, and where to watch it again, under their own codes', async () => {
    const { services, clock, told, main, second, third } = await joinedQuestions();
    await services.act(main.code, 'approve', EDITOR, {}, 'approve');
    const [next] = await services.programme.upcoming(1);
    if (!next) throw new Error('no episode');
    const { episode } = next;
    await services.act(main.code, 'choose', STATION, { episode: episode.id }, 'choose');
    clock.advanceTo(new Date(episode.at.getTime() - 3_600_000));
    await services.tick();
    await services.tick();
    const codes = [main.code, second.code, third.code];
    const about = (args: unknown[], at: number): unknown => (args[at] as { code: string }).code; // what was announced
    expect(toldOf(told, 'yourQuestionIsOn').map((args) => about(args, 2))).toEqual(codes);
    await services.programme.setLink(episode.id, 'https://example.vn/a', ADMIN, 'link');
    expect(toldOf(told, 'linkReady').map((args) => about(args, 2))).toEqual(codes);
  });
});
