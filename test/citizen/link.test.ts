import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncomingEvent, Ref } from '../../src/channels/channel.js';
import { createRespondPrivate } from '../../src/bot/citizen/respondPrivate.js';
import { stripMarkup } from '../../src/bot/texts.js';
import type { Chat, Turn } from '../../src/bot/turn.js';
import { DEFAULT_PLACES } from '../../src/domain/defaultPlaces.js';
import { openTestStore, type TestStore } from '../services/support/openDatabase.js';
import { EDITOR, startServices, type TestServices } from '../services/support/startServices.js';
import { LIMITS, TELEGRAM, texts, ZALO } from './chatScript.js';

const TG = 'telegram:42';
const ZL = 'zalo:88';
const t = (key: string, values?: Record<string, string | number>, lang: 'vi' | 'en' = 'vi'): string =>
  texts.plain({ key, ...(values ? { values } : {}) }, lang);

let store: TestStore;
let town: TestServices;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

/** Private chats on both platforms, on the real use cases of a new database. */
async function startChats() {
  town = await startServices(await store.database());
  const respond = createRespondPrivate({
    services: town.services,
    texts,
    clock: town.clock,
    capabilitiesOf: (ref) => (ref.startsWith('zalo:') ? { ...ZALO, asksContact: true } : TELEGRAM),
    limits: LIMITS,
    places: DEFAULT_PLACES,
  });
  const chats = new Map<Ref, Chat>();
  let count = 0;
  const hear = async (ref: Ref, event: IncomingEvent, id?: string): Promise<Turn> => {
    town.clock.advance(1000);
    const turn = await respond(
      {
        id: id ?? `${ref}-${++count}`,
        channel: ref.slice(0, ref.indexOf(':')),
        chat: ref,
        chatKind: 'private',
        order: count,
        at: town.clock.now(),
        from: { ref, name: 'Hoa' },
        event,
      },
      structuredClone(chats.get(ref) ?? { ref, kind: 'private', flows: {} }),
    );
    chats.set(ref, turn.chat);
    return turn;
  };
  const said = (turn: Turn, to?: Ref): string =>
    turn.show
      .filter(({ chat }) => to === undefined || chat === to)
      .map(({ message }) => stripMarkup(message.text))
      .join('\n');
  return {
    hear,
    said,
    chats,
    command: (ref: Ref, name: string, args = '', id?: string) =>
      hear(ref, { kind: 'command', messageId: `m${++count}`, name, args }, id),
    type: (ref: Ref, text: string, id?: string) =>
      hear(ref, { kind: 'text', messageId: `m${++count}`, text }, id),
    async code(ref: Ref): Promise<string> {
      const shown = said(
        await hear(ref, { kind: 'command', messageId: `m${++count}`, name: 'link', args: '' }),
      );
      return /\/link ([2-9A-Z]{4} [2-9A-Z]{4})/.exec(shown)?.[1] ?? '';
    },
  };
}

describe('/link', () => {
  it.each([
    [TG, ZL],
    [ZL, TG],
  ])('on %s and its code typed on %s: asked, done, and both are told', async (shows, types) => {
    const chats = await startChats();
    const first = await town.submit({ person: await town.person(shows) });
    const asked = await chats.command(types, 'link', await chats.code(shows));
    const [here, there] = shows === TG ? ['Telegram', 'Zalo'] : ['Zalo', 'Telegram'];
    expect(chats.said(asked)).toContain(t('citizen:link.sure', { platform: here }));
    const done = await chats.type(types, 'có');
    expect(chats.said(done, types)).toBe(t('citizen:link.done', { platform: here }));
    expect(chats.said(done, shows)).toBe(t('citizen:link.done', { platform: there }));
    expect(chats.said(await chats.command(types, 'myquestions'))).toContain(first.code);
  });

  it('links nothing when the person says no', async () => {
    const chats = await startChats();
    await chats.command(ZL, 'link', await chats.code(TG));
    expect(chats.said(await chats.type(ZL, 'không'))).toBe(t('citizen:nothingDone'));
    expect((await town.person(ZL)).accounts).toEqual([ZL]);
  });

  it('comes with a link of the platform too', async () => {
    const chats = await startChats();
    const code = (await chats.code(ZL)).replace(' ', '');
    const asked = await chats.command(TG, 'start', `link_${code}`);
    expect(chats.said(asked)).toBe(t('citizen:link.sure', { platform: 'Zalo' }));
  });

  it('says the same when the update comes again', async () => {
    const chats = await startChats();
    await chats.command(ZL, 'link', await chats.code(TG));
    const before = structuredClone(chats.chats.get(ZL));
    const first = await chats.type(ZL, 'có', 'zalo:again');
    if (before) chats.chats.set(ZL, before);
    expect(await chats.type(ZL, 'có', 'zalo:again')).toEqual(first);
  });

  it('refuses what is no code, its own code, and a second time', async () => {
    const chats = await startChats();
    const refused = (why: string) => t(`citizen:link.refused.${why}`);
    expect(chats.said(await chats.command(ZL, 'link', 'abc'))).toBe(refused('wrong'));
    expect(chats.said(await chats.command(ZL, 'link', await chats.code(ZL)))).toBe(refused('own'));
    await chats.command(ZL, 'link', await chats.code(TG));
    await chats.type(ZL, 'có');
    expect(chats.said(await chats.command(TG, 'link', await chats.code(ZL)))).toBe(refused('same'));
    for (let n = 0; n < 5; n++) await chats.command(ZL, 'link', 'sai');
    expect(chats.said(await chats.command(ZL, 'link', 'sai'))).toContain('nhiều lần');
  });

  it('off takes the account out, in either language', async () => {
    const chats = await startChats();
    expect(chats.said(await chats.command(ZL, 'link', 'off'))).toBe(t('citizen:link.left.alone'));
    await chats.command(ZL, 'link', await chats.code(TG));
    await chats.type(ZL, 'có');
    await chats.command(ZL, 'language', 'en');
    expect(chats.said(await chats.command(ZL, 'link', 'off'))).toBe(
      t('citizen:link.left.done', undefined, 'en'),
    );
    expect((await town.person(TG)).accounts).toEqual([TG]);
  });

  it('makes /unsubscribe and /forget cover both', async () => {
    const chats = await startChats();
    await chats.command(ZL, 'link', await chats.code(TG));
    await chats.type(ZL, 'có');
    await chats.command(TG, 'subscribe');
    await chats.type(TG, 'xong');
    await chats.type(TG, 'có');
    expect((await town.person(ZL)).subscription).toBeDefined();
    expect(chats.said(await chats.command(ZL, 'unsubscribe'))).toBe(t('citizen:unsubscribed'));
    expect((await town.person(TG)).subscription).toBeUndefined();
    await chats.command(ZL, 'forget');
    await chats.type(ZL, 'có');
    expect((await town.person(TG)).accounts).toEqual([TG]);
  });
});

describe('leaving and coming back', () => {
  it('subscribes nobody who had unsubscribed, and greets', async () => {
    const chats = await startChats();
    await chats.command(ZL, 'subscribe');
    await chats.type(ZL, 'xong');
    await chats.type(ZL, 'có');
    await chats.command(ZL, 'unsubscribe');
    await chats.hear(ZL, { kind: 'reachable', reachable: false });
    await chats.hear(ZL, { kind: 'reachable', reachable: true });
    const greeted = await chats.command(ZL, 'start');
    expect(chats.said(greeted)).toContain(t('citizen:greeting').slice(0, 20));
    expect((await town.person(ZL)).subscription).toBeUndefined();
  });
});

describe('contact details on a channel that can share them', () => {
  /** Up to the question for the name. */
  async function atName(ref: Ref) {
    const chats = await startChats();
    await chats.command(ref, 'ask');
    for (const words of ['tiếp tục', 'có', 'không', 'không']) await chats.type(ref, words);
    return { ...chats, asked: await chats.type(ref, 'Công dân') };
  }
  const stepOf = (chat: Chat | undefined): string | undefined => Object.values(chat?.flows ?? {})[0]?.step;

  it('are offered at the name, once, and elsewhere not at all', async () => {
    const zalo = await atName(ZL);
    expect(zalo.asked.show.at(-1)?.message.asksContact).toEqual({
      title: t('ask:contactCard.title'),
      hint: t('ask:contactCard.hint'),
    });
    expect((await zalo.type(ZL, '7')).show[0]?.message).not.toHaveProperty('asksContact');
    expect((await atName(TG)).asked.show[0]?.message).not.toHaveProperty('asksContact');
  });

  it('fill name and phone, which is not asked again', async () => {
    const chats = await atName(ZL);
    await chats.hear(ZL, { kind: 'contact', messageId: 'm', name: 'Lê Thị Mai', phone: '+84912345678' });
    for (const words of ['Phường Rạch Giá', '12 Trần Phú', 'bỏ qua']) await chats.type(ZL, words);
    expect(stepOf(chats.chats.get(ZL))).toBe('topic');
  });

  it('are checked: a broken number is asked for, a nameless card takes the number only', async () => {
    const chats = await atName(ZL);
    const half = await chats.hear(ZL, { kind: 'contact', messageId: 'm', phone: '+84912345678' });
    expect(chats.said(half)).toContain(t('ask:name.stillMissing'));
    expect(chats.said(await chats.hear(ZL, { kind: 'contact', messageId: 'm' }))).toContain(
      t('ask:name.notShared'),
    );
    await chats.hear(ZL, { kind: 'contact', messageId: 'm', name: 'Lê Thị Mai', phone: '12' });
    expect(stepOf(chats.chats.get(ZL))).toBe('place');
    for (const words of ['quay lại', 'Lê Mai', 'Phường Rạch Giá', '12 Trần Phú', 'bỏ qua'])
      await chats.type(ZL, words);
    expect(stepOf(chats.chats.get(ZL))).toBe('topic');
  });

  it('are offered at the phone too, and one without a number is refused', async () => {
    const chats = await atName(ZL);
    let turn = await chats.type(ZL, 'Lê Thị Mai');
    for (const words of ['Phường Rạch Giá', '12 Trần Phú', 'bỏ qua']) turn = await chats.type(ZL, words);
    expect(turn.show[0]?.message.asksContact).toBeDefined();
    const nameless = await chats.hear(ZL, { kind: 'contact', messageId: 'm', name: 'Lê Thị Mai' });
    expect(chats.said(nameless)).toContain(t('ask:phoneNotShared'));
    await chats.hear(ZL, { kind: 'contact', messageId: 'm', phone: '+84912345678' });
    expect(stepOf(chats.chats.get(ZL))).toBe('topic');
  });
});

describe('/status of a joined question', () => {
  it('tells the stage and the answer of the one it was joined with, and so does that one’s code', async () => {
    const chats = await startChats();
    const main = await town.submit();
    const own = await town.submit({ person: await town.person(TG) });
    await town.services.act(own.code, 'join', EDITOR, { into: main.code }, 'join');
    await town.services.act(main.code, 'approve', EDITOR, {}, 'approve');
    const status = await chats.command(TG, 'status', own.code);
    expect(chats.said(status)).toContain(`${t('citizen:status.joined', { code: main.code })}`);
    expect(chats.said(status)).toContain(t('common:stage.approved'));
    expect(chats.said(await chats.command(TG, 'status', main.code))).toContain(t('common:stage.approved'));
    expect(chats.said(await chats.command(ZL, 'status', main.code))).toBe(
      t('citizen:status.unknown', { code: main.code }),
    );
  });
});
