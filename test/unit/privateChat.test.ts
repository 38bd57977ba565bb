import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/question.js';
import { openStore, type TestStore } from '../board/openStore.js';
import {
  ADMIN,
  BOARD,
  CITIZEN,
  LAN,
  UNIT_ID,
  dataOf,
  startGroups,
  titles,
  type Groups,
  type Someone,
} from '../board/startGroups.js';

const ANSWER =
  'Hồ sơ gồm đơn đề nghị, giấy tờ về đất và bản sao căn cước, nộp tại Trung tâm hành chính công.';
const DAY_MS = 86_400_000;

describe.each(['zalo', 'telegram'])('a unit’s private chat on %s', (channel) => {
  let store: TestStore;
  let groups: Groups;
  const official: Someone = { ref: `${channel}:900`, name: 'Đỗ Chuyên Viên' };
  const chat = official.ref;
  beforeAll(async () => {
    store = await openStore();
    groups = await startGroups({ store });
  });
  afterAll(() => store.close());

  const write = (text: string) => groups.write(official, text, chat, null);
  const command = (line: string) => groups.command(official, line, chat);
  /** Presses what the newest message offers, or types its number where it is a list. */
  const press = (words: string) => groups.press(official, dataOf(groups.lastMessage(chat), words), chat);
  const unitNow = async () => (await groups.services.settings.units()).find(({ id }) => id === UNIT_ID);

  async function invited(): Promise<string> {
    await groups.command(ADMIN, `/unit ${UNIT_ID} invite`);
    return /bind ([2-9A-Z]{8})/.exec(groups.last(BOARD))?.[1] ?? '';
  }
  async function bound(): Promise<void> {
    if ((await unitNow())?.chat !== chat) await command(`/bind ${await invited()}`);
  }
  async function routed(): Promise<Question> {
    await bound();
    const { code } = await groups.submit();
    await groups.press(LAN, `approve|${code}`);
    await groups.press(LAN, `route|${code}|${UNIT_ID}`);
    const question = await groups.services.ledger.byCode(code);
    if (!question) throw new Error('no question');
    return question;
  }
  const shownSince = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = groups.said(chat).length;
    await work();
    return groups.said(chat).slice(before);
  };

  it('is a citizen’s until a code of the board is typed in it; then its first official is the head', async () => {
    await command('/unbind');
    await command('/queue');
    expect(groups.last(chat)).toBe(CITIZEN);
    const code = await invited();
    await command(`/bind ${code.toLowerCase().slice(0, 4)} ${code.slice(4)}`);
    expect(groups.last(chat)).toContain('từ nay là của Sở Nông nghiệp và Môi trường');
    expect((await unitNow())?.chat).toBe(chat);
    expect(await groups.services.members.unitActor(chat, official.ref, official.name)).toMatchObject({
      roles: ['unitHead'],
      unit: UNIT_ID,
    });
  });

  it('is not given by a wrong code, one that was used, or one that is a day old', async () => {
    const stranger = { ref: `${channel}:901`, name: 'Người Lạ' };
    const used = await invited();
    await command(`/bind ${used}`);
    for (const code of ['CCCCCCCC', used, 'so-noi-vu']) {
      await groups.command(stranger, `/bind ${code}`, stranger.ref);
      expect(groups.last(stranger.ref)).toContain('Mã mời không đúng');
    }
    const late = await invited();
    groups.clock.advance(DAY_MS);
    await groups.command(stranger, `/bind ${late}`, stranger.ref);
    expect(groups.last(stranger.ref)).toContain('Mã mời không đúng');
    expect((await unitNow())?.chat).toBe(chat);
  });

  it('gives the same when the update comes again, and one chat is one unit’s', async () => {
    await bound();
    const code = await invited();
    const before = groups.chatOf(chat);
    await groups.command(official, `/bind ${code}`, chat, `${channel}:bind`);
    groups.restore(before);
    await groups.command(official, `/bind ${code}`, chat, `${channel}:bind`);
    expect(groups.last(chat)).toContain('từ nay là của');
    await groups.command(ADMIN, '/unit so-noi-vu invite');
    const other = /bind ([2-9A-Z]{8})/.exec(groups.last(BOARD))?.[1] ?? '';
    await command(`/bind ${other}`);
    expect(groups.last(chat)).toContain('đã gắn với Sở Nông nghiệp');
  });

  it('gets the card of a question and answers it in plain words, with nothing replied to', async () => {
    const { code } = await routed();
    const card = groups.card(chat, `card:${code}`);
    expect(titles(card)).toEqual(['📝 Trả lời', '↩️ Trả lại', '🚧 Báo vướng mắc']);
    await groups.press(official, dataOf(card, 'Trả lời'), chat);
    expect(groups.last(chat)).toContain('Nhắn tại đây');
    expect(groups.lastMessage(chat)).not.toHaveProperty('expectsReply');
    await write(ANSWER);
    expect(groups.lastMessage(chat)).not.toHaveProperty('replyTo');
    await press('Xong');
    await write('Nguyễn Văn An, Giám đốc Sở');
    await press('Gửi Ban Biên tập');
    expect((await groups.services.ledger.byCode(code))?.answer?.text).toBe(ANSWER);
  });

  it('hands back and reports a difficulty in plain words', async () => {
    const { code } = await routed();
    await groups.press(official, `reportDifficulty|${code}`, chat);
    await write('Thiếu hồ sơ gốc.');
    await press('Gửi');
    await groups.press(official, `handBack|${code}`, chat);
    await write('Không thuộc thẩm quyền.');
    await press('Gửi');
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('approved');
  });

  it('says what it is to whatever is a citizen’s, and to loose words', async () => {
    await bound();
    for (const line of ['/ask', '/myquestions', '/link', '/forget']) {
      await command(line);
      expect(groups.last(chat)).toContain('không dùng để gửi câu hỏi của riêng');
    }
    for (const data of ['go|ask', 'status|KG-2026-000001', 'clarify|KG-2026-000001']) {
      await groups.press(official, data, chat);
      expect(groups.last(chat)).toContain('không dùng để gửi câu hỏi của riêng');
    }
    await write('Xin chào');
    expect(groups.last(chat)).toContain('Bấm «Trả lời»');
    await groups.happens(chat, official, { kind: 'unsupported', messageId: 'm', what: 'sticker' });
    expect(groups.last(chat)).toContain('Bấm «Trả lời»');
    expect(groups.refused).toEqual([]);
  });

  it('shows its commands, and drops what a citizen had begun in it', async () => {
    await command('/unbind');
    const state = {
      flow: 'ask',
      version: 1,
      run: 'r',
      step: 'name',
      back: [],
      draft: {},
      touchedAt: groups.clock.now(),
    };
    groups.restore({ ...groups.chatOf(chat), flows: { [chat]: state } });
    await bound();
    expect(groups.chatOf(chat).flows).toEqual({});
    await command('/help');
    expect(groups.last(chat)).toMatch(/\/queue[^]*\/unbind/);
  });

  it('is given back with /unbind, also when the update comes again', async () => {
    await bound();
    await groups.command(official, '/unbind', chat, `${channel}:unbind`);
    await groups.command(official, '/unbind', chat, `${channel}:unbind`);
    expect(groups.last(chat)).toContain('không còn là của Sở Nông nghiệp');
    await command('/unbind');
    expect(groups.last(chat)).toContain('không gắn với cơ quan');
    expect((await unitNow())?.chat).toBeUndefined();
    await command('/queue');
    expect(groups.last(chat)).toBe(CITIZEN);
  });

  if (channel === 'zalo') {
    it('gets no second card for what it did itself, and one for what happened to the question', async () => {
      const { code } = await routed();
      const same = await shownSince(async () => {
        await groups.press(LAN, `verify|${code}`);
        await groups.press(LAN, `setTopic|${code}|moi-truong`);
        await groups.services.act(
          code,
          'verify',
          { account: LAN.ref, name: LAN.name, roles: ['editor'] },
          {},
          'v',
        );
      });
      expect(same).toEqual([]);
      const unitActor = { account: chat, name: 'An', roles: ['unitHead' as const], unit: UNIT_ID };
      const details = { text: ANSWER, responsible: 'Lê A, Giám đốc' };
      expect(await shownSince(() => groups.services.act(code, 'answer', unitActor, details, 'a'))).toEqual(
        [],
      );
      const editor = { account: LAN.ref, name: LAN.name, roles: ['editor' as const] };
      const back = await shownSince(() =>
        groups.services.act(code, 'returnAnswer', editor, { text: 'Bổ sung.' }, 'r'),
      );
      expect(back).toHaveLength(1);
      expect(back[0]).toContain('Bổ sung.');
    });

    it('says in words what elsewhere is the short answer to a press', async () => {
      const { code } = await routed();
      await groups.press(official, `approve|${code}`, chat);
      expect(groups.last(chat)).toContain('Nút này không hợp lệ');
      groups.refused.length = 0;
    });

    it('lists what waits by numbers, and a number typed shows the card', async () => {
      const codes = [
        await routed(),
        await routed(),
        await routed(),
        await routed(),
        await routed(),
        await routed(),
      ];
      await command('/queue');
      const list = groups.last(chat);
      const at = /(\d+)\. KG-2026-0000/.exec(list)?.[1];
      expect(at).toBe('1');
      expect(groups.lastMessage(chat)?.buttons ?? []).toEqual([]);
      const third = /\n3\. (KG-\d{4}-\d{6})/.exec(list)?.[1] ?? '';
      expect(codes.length).toBeGreaterThan(5);
      await write('3');
      expect(groups.last(chat)).toContain(third);
      await groups.press(official, dataOf(groups.lastMessage(chat), 'Trả lời'), chat);
      await write('3');
      expect(groups.last(chat)).toContain('đã ghi 1 ký tự');
      await command('/cancel');
    });
  }
});

describe('a code typed in a group', () => {
  it('makes the group the unit’s, and only an admin takes it back', async () => {
    const store = await openStore();
    const groups = await startGroups({ store });
    const clerk = { ref: 'telegram:5', name: 'Đỗ Chuyên Viên' };
    await groups.command(ADMIN, `/unit ${UNIT_ID} invite`);
    const code = /bind ([2-9A-Z]{8})/.exec(groups.last(BOARD))?.[1] ?? '';
    await groups.command(clerk, `/bind ${code}`, 'telegram:-200');
    expect((await groups.services.settings.unitOfChat('telegram:-200'))?.id).toBe(UNIT_ID);
    await groups.command(clerk, '/unbind', 'telegram:-200');
    expect(groups.refused.map(({ what }) => what)).toEqual(['/unbind']);
    await groups.command(ADMIN, '/unbind', 'telegram:-200');
    expect(await groups.services.settings.unitOfChat('telegram:-200')).toBeUndefined();
    await store.close();
  });

  it('is made by admins only, for units that there are', async () => {
    const store = await openStore();
    const groups = await startGroups({ store, parked: () => 3 });
    await groups.command(LAN, `/unit ${UNIT_ID} invite`);
    expect(groups.last(BOARD)).toContain('không được dùng lệnh');
    await groups.command(ADMIN, '/unit khong-co invite');
    expect(groups.last(BOARD)).not.toContain('/bind');
    await groups.command(ADMIN, '/stats');
    expect(groups.last(BOARD)).toContain('chờ người nhận liên hệ lại: 3');
    await store.close();
  });
});
