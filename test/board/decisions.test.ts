import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type TestStore } from './openStore.js';
import {
  ADMIN,
  BOARD,
  LAN,
  MINH,
  STRANGER,
  VIEWER,
  dataOf,
  startGroups,
  titles,
  type Groups,
} from './startGroups.js';

let store: TestStore;
let groups: Groups;
beforeAll(async () => {
  store = await openStore();
  groups = await startGroups({ store });
});
afterAll(() => store.close());

const cardOf = (code: string) => groups.card(BOARD, `card:${code}`);
const pressCard = (who: typeof LAN, code: string, words: string) =>
  groups.press(who, dataOf(cardOf(code), words));

describe('a new question in the board’s group', () => {
  it('is a card with stage, topic, due date as it was counted, kind and place of the asker', async () => {
    const { code } = await groups.submit();
    const text = cardOf(code)?.text ?? '';
    expect(text).toContain(code);
    expect(text).toContain('Mới tiếp nhận');
    expect(text).toContain('Lĩnh vực: Đất đai');
    expect(text).toContain('Hạn chuyển 27/11 (ngày làm việc thứ 3: 25, 26, 27/11)');
    expect(text).toContain('Không tính ngày nghỉ lễ: 24/11');
    expect(text).toContain('người dân, Phường Rạch Giá');
    expect(text).toContain('Thủ tục cấp giấy chứng nhận');
  });

  it('offers what the life cycle allows, and not what it does not', async () => {
    const { code } = await groups.submit();
    const offered = titles(cardOf(code)).join(' ');
    for (const words of [
      'Duyệt',
      'Không tiếp nhận',
      'Yêu cầu bổ sung',
      'Xác minh',
      'Xếp lĩnh vực',
      'Ghi chú',
      'Nhận phụ trách',
      'Xem liên hệ',
      'Gộp',
    ])
      expect(offered).toContain(words);
    expect(offered).not.toContain('Chuyển đơn vị');
    expect(offered).not.toContain('Chọn phát sóng');
  });

  it('is marked when it looks like a complaint', async () => {
    const { code } = await groups.submit({
      content: 'Tôi khiếu nại quyết định số 12/QĐ-UBND của Chủ tịch UBND xã thu hồi đất của gia đình tôi.',
    });
    expect((await groups.services.ledger.byCode(code))?.suspected).toBeDefined();
    expect(cardOf(code)?.text).toContain('⚠️');
  });
});

describe('a decision', () => {
  it('approves at one press, and the card shows who and offers what comes next', async () => {
    const { code } = await groups.submit();
    const turn = await pressCard(LAN, code, '✅ Duyệt');
    expect(turn.toast?.text).toBe('Đã nhận.');
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('approved');
    expect(cardOf(code)?.text).toContain('<b>Trần Lan</b> duyệt');
    expect(titles(cardOf(code)).join(' ')).toContain('Chuyển đơn vị');
    expect(titles(cardOf(code)).join(' ')).not.toContain('✅ Duyệt');
  });

  it('by two members at once is one decision, and the other is told who decided', async () => {
    const { code } = await groups.submit();
    const data = dataOf(cardOf(code), '✅ Duyệt');
    const reject = dataOf(cardOf(code), 'Không tiếp nhận');
    const turns = await Promise.all([groups.press(LAN, data), groups.press(MINH, data)]);
    const question = await groups.services.ledger.byCode(code);
    expect(question?.events.filter(({ action }) => action === 'approve')).toHaveLength(1);
    const winner = question?.events.find(({ action }) => action === 'approve')?.byName ?? '';
    const told = turns.filter(({ toast }) => toast?.alert);
    expect(told).toHaveLength(1);
    expect(told[0]?.toast?.text).toContain(winner);
    expect(told[0]?.toast?.text).toContain('duyệt');
    expect(told[0]?.show.some(({ slot }) => slot === `card:${code}`)).toBe(true);
    expect((await groups.press(MINH, reject)).toast?.alert).toBe(true);
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('approved');
  });

  it('is carried out once when its update comes again', async () => {
    const { code } = await groups.submit();
    const data = dataOf(cardOf(code), '✅ Duyệt');
    await groups.press(LAN, data, BOARD, 'telegram:again');
    const shown = groups.shows.length;
    const turn = await groups.press(LAN, data, BOARD, 'telegram:again');
    expect(turn.toast?.alert).toBeUndefined();
    expect(groups.shows).toHaveLength(shown);
    expect(
      (await groups.services.ledger.byCode(code))?.events.filter(({ action }) => action === 'approve'),
    ).toHaveLength(1);
  });

  it('to reject asks the member for the reason, shows it, and rejects only when sent', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Không tiếp nhận');
    expect(groups.last(BOARD)).toContain('Trả lời tin nhắn này');
    expect(groups.lastMessage(BOARD)?.expectsReply).toBe(true);
    await groups.write(LAN, 'Nội dung đã có trong văn bản <số 12>.');
    expect(groups.last(BOARD)).toContain('Nội dung đã có trong văn bản <số 12>.');
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('received');
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Gửi'));
    const question = await groups.services.ledger.byCode(code);
    expect(question?.stage).toBe('rejected');
    expect(question?.events.at(-1)?.text).toBe('Nội dung đã có trong văn bản <số 12>.');
    expect(groups.chatOf(BOARD).flows).toEqual({});
  });

  it('to reject takes a common reason at a press', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Không tiếp nhận');
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Ngoài thẩm quyền'));
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Gửi'));
    expect((await groups.services.ledger.byCode(code))?.events.at(-1)?.text).toContain(
      'không thuộc thẩm quyền',
    );
  });

  it('to ask for more pauses the count and reaches the asker', async () => {
    const { code, asker } = await groups.submit();
    await pressCard(LAN, code, 'Yêu cầu bổ sung');
    await groups.write(LAN, 'Thửa đất ở xã nào?');
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Gửi'));
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('clarifying');
    expect(cardOf(code)?.text).toContain('Tạm dừng tính hạn');
    const [account = ''] = (await groups.services.people.byId(asker.person))?.accounts ?? [];
    expect(groups.last(account)).toContain('Thửa đất ở xã nào?');
    expect(dataOf(groups.lastMessage(account), 'Bổ sung')).toBe(`clarify|${code}`);
  });

  it('notes without asking twice', async () => {
    const { code } = await groups.submit();
    await pressCard(VIEWER, code, 'Ghi chú');
    await groups.write(VIEWER, 'Đã gọi điện hỏi lại.');
    expect((await groups.services.ledger.byCode(code))?.events.at(-1)).toMatchObject({
      action: 'note',
      text: 'Đã gọi điện hỏi lại.',
    });
  });

  it('joins to another question by its code, and not to itself', async () => {
    const [one, other] = [await groups.submit(), await groups.submit()];
    await pressCard(LAN, other.code, 'Gộp');
    await groups.write(LAN, other.code);
    expect(groups.last(BOARD)).toContain('mã của một câu hỏi khác');
    await groups.write(LAN, String(one.number));
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Gộp'));
    expect(await groups.services.ledger.byCode(other.code)).toMatchObject({
      stage: 'joined',
      joinedTo: one.code,
    });
  });

  it('is cancelled by button and by command', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Không tiếp nhận');
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Hủy'));
    expect(groups.last(BOARD)).toBe('Đã hủy, không có gì thay đổi.');
    await pressCard(LAN, code, 'Ghi chú');
    await groups.command(LAN, '/cancel');
    expect(groups.chatOf(BOARD).flows).toEqual({});
    await groups.command(LAN, '/cancel');
    expect(groups.last(BOARD)).toContain('Không có việc gì');
  });

  it('in the middle belongs to its member alone', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Không tiếp nhận');
    const cancel = dataOf(groups.lastMessage(BOARD), 'Hủy');
    expect((await groups.press(MINH, cancel)).toast?.text).toContain('một người khác');
    expect((await groups.write(MINH, 'Tôi nghĩ nên nhận.')).show).toEqual([]);
    expect((await groups.write(LAN, 'Tôi đang họp.', BOARD, null)).show).toEqual([]);
    expect(Object.keys(groups.chatOf(BOARD).flows)).toEqual([LAN.ref]);
    await groups.press(LAN, cancel);
    expect((await groups.press(LAN, cancel)).toast?.text).toBe('Nút này thuộc việc đã xong.');
  });

  it('that came too late is told at its end with who decided', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Không tiếp nhận');
    await groups.write(LAN, 'Không thuộc phạm vi.');
    const send = dataOf(groups.lastMessage(BOARD), 'Gửi');
    await pressCard(MINH, code, '✅ Duyệt');
    await groups.press(MINH, dataOf(cardOf(code), 'Chuyển đơn vị'));
    const late = await groups.press(LAN, send);
    expect(late.toast?.text).toContain('Phạm Minh');
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('approved');
    expect(groups.chatOf(BOARD).flows).toEqual({});
  });

  it('takes over, and the card names who is in charge', async () => {
    const { code } = await groups.submit();
    await pressCard(MINH, code, 'Nhận phụ trách');
    expect(cardOf(code)?.text).toContain('Phụ trách: Phạm Minh');
  });
});

describe('lists to choose from', () => {
  it('have everything that a card with few buttons has no room for', async () => {
    const { code } = await groups.submit();
    await groups.press(LAN, `more|${code}`);
    expect(titles(groups.lastMessage(BOARD))).toEqual(titles(cardOf(code)));
  });

  it('show eight a page of over sixty units, those of the topic first, and route', async () => {
    const admin = { account: ADMIN.ref, name: ADMIN.name, roles: ['admin' as const] };
    for (let n = 0; n < 60; n++)
      await groups.services.settings.saveUnit(
        { id: `xa-${n}`, name: `UBND xã số ${String(n).padStart(2, '0')}`, kind: 'ubnd', topics: [] },
        admin,
        `unit-${n}`,
      );
    const { code } = await groups.submit();
    await pressCard(LAN, code, '✅ Duyệt');
    await pressCard(LAN, code, 'Chuyển đơn vị');
    const slot = groups.shows.at(-1)?.slot;
    const seen = new Set<string>();
    expect(titles(groups.lastMessage(BOARD))[0]).toContain('Sở Nông nghiệp và Môi trường');
    for (;;) {
      const message = groups.lastMessage(BOARD);
      const units = (message?.buttons ?? []).flat().filter(({ data }) => data.startsWith('route|'));
      expect(units.length).toBeLessThanOrEqual(8);
      for (const { title } of units) seen.add(title);
      const next = (message?.buttons ?? []).flat().find(({ title }) => title.includes('Trang sau'));
      if (!next) break;
      await groups.press(LAN, next.data);
      expect(groups.shows.at(-1)?.slot).toBe(slot);
    }
    expect(seen.size).toBe((await groups.services.settings.units()).length);
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Trang trước'));
    await groups.press(
      LAN,
      (groups.lastMessage(BOARD)?.buttons ?? []).flat().find(({ data }) => data.includes('|xa-'))?.data ?? '',
    );
    expect(await groups.services.ledger.byCode(code)).toMatchObject({ stage: 'routed' });
    expect(groups.shows.findLast((show) => show.slot === slot)?.message.buttons).toBeUndefined();
  });

  it('set a topic, and leave hidden ones out', async () => {
    const { code } = await groups.submit();
    await groups.command(ADMIN, '/topic van-hoa hide');
    await pressCard(LAN, code, 'Xếp lĩnh vực');
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Xây dựng'));
    expect((await groups.services.ledger.byCode(code))?.topic).toBe('xay-dung');
    expect(cardOf(code)?.text).toContain('Xây dựng');
    const hidden = await groups.press(LAN, `setTopic|${code}|van-hoa`);
    expect(hidden.toast?.alert).toBe(true);
    expect((await groups.services.ledger.byCode(code))?.topic).toBe('xay-dung');
  });

  it('choose an episode and take the choice back', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, '✅ Duyệt');
    await pressCard(LAN, code, 'Chọn phát sóng');
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), '05/12/2026'));
    expect(await groups.services.ledger.byCode(code)).toMatchObject({
      episodeTrack: 'chosen',
      episode: '2026-12-1',
    });
    await pressCard(LAN, code, 'Bỏ chọn');
    expect((await groups.services.ledger.byCode(code))?.episodeTrack).toBe('none');
  });

  it('are closed', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Xếp lĩnh vực');
    const turn = await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Đóng'));
    expect(turn.show[0]?.message).toEqual({ text: 'Đã đóng.' });
  });
});

describe('presses without a right', () => {
  beforeEach(() => {
    groups.refused.length = 0;
  });
  const refusals = (account: string) => groups.refused.filter((one) => one.account === account);

  it('of somebody who is no member are refused and recorded', async () => {
    const { code } = await groups.submit();
    const turn = await pressCard(STRANGER, code, '✅ Duyệt');
    expect(turn.toast).toMatchObject({ alert: true });
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('received');
    expect(refusals(STRANGER.ref)).toHaveLength(1);
  });

  it('of a former member are refused at the next press, and what was unfinished ends', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Không tiếp nhận');
    await groups.write(LAN, 'Không thuộc phạm vi.');
    const send = dataOf(groups.lastMessage(BOARD), 'Gửi');
    await groups.leaves(BOARD, LAN);
    const turn = await groups.press(LAN, send);
    const recorded = refusals(LAN.ref);
    await groups.join(BOARD, LAN);
    expect(turn.toast).toMatchObject({ alert: true });
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('received');
    expect(groups.chatOf(BOARD).flows).toEqual({});
    expect(recorded).toHaveLength(1);
  });

  it('of a viewer are refused for decisions', async () => {
    const { code } = await groups.submit();
    expect((await pressCard(VIEWER, code, '✅ Duyệt')).toast?.text).toContain('Vai trò');
    expect((await pressCard(VIEWER, code, 'Không tiếp nhận')).toast?.text).toContain('Vai trò');
    expect(refusals(VIEWER.ref)).toHaveLength(2);
  });

  it.each([
    'approve|KG-2026-999999',
    'approve|KG-2026-000001|x|y|z',
    'approve',
    'air|KG-2026-000001',
    'answer|KG-2026-000001',
    'publish|KG-2026-000001',
    '',
    `approve|${'9'.repeat(80)}`,
    'route|KG-2026-000001|no-such-unit',
  ])('with forged data are refused: %s', async (data) => {
    const { code } = await groups.submit();
    const before = await groups.services.ledger.byCode(code);
    const turn = await groups.press(LAN, data.replace('KG-2026-000001', code));
    expect(turn.toast).toMatchObject({ alert: true });
    expect(await groups.services.ledger.byCode(code)).toEqual(before);
  });

  it('on a card that was forwarded to a private chat are refused and recorded', async () => {
    const { code } = await groups.submit();
    const turn = await groups.press(LAN, `approve|${code}`, LAN.ref);
    expect(turn.toast).toMatchObject({ alert: true });
    expect((await groups.services.ledger.byCode(code))?.stage).toBe('received');
    expect(refusals(LAN.ref)).toHaveLength(1);
  });
});

describe('the asker’s details', () => {
  it('go to the member in private and on record, never into the group', async () => {
    const { code } = await groups.submit();
    const turn = await pressCard(LAN, code, 'Xem liên hệ');
    expect(turn.toast?.text).toContain('Đã gửi riêng');
    expect(groups.last(LAN.ref)).toContain('+84912345678');
    expect(groups.last(LAN.ref)).toContain('Ấp Minh Phú');
    expect(groups.said(BOARD).join('\n')).not.toMatch(/912345678|Minh Phú|hoa@example|Thị Hoà/);
    expect((await groups.services.ledger.byCode(code))?.events.at(-1)).toMatchObject({
      action: 'revealContact',
      by: LAN.ref,
    });
  });

  it('wait until the member has opened the bot, with nothing recorded', async () => {
    const { code } = await groups.submit();
    groups.unreachable.add(LAN.ref);
    expect((await pressCard(LAN, code, 'Xem liên hệ')).toast?.text).toContain('Start');
    expect((await groups.services.ledger.byCode(code))?.events).toHaveLength(1);
    expect(groups.said(LAN.ref).filter((text) => text.includes(code))).toEqual([]);
    groups.unreachable.clear();
  });

  it('are verified in private', async () => {
    const { code } = await groups.submit();
    await pressCard(LAN, code, 'Xác minh');
    const [right, wrong] = [
      dataOf(groups.lastMessage(LAN.ref), 'xác minh đúng'),
      dataOf(groups.lastMessage(LAN.ref), 'Không xác minh'),
    ];
    await groups.press(LAN, wrong, LAN.ref);
    expect((await groups.services.ledger.byCode(code))?.events.at(-1)).toMatchObject({ action: 'note' });
    await groups.press(LAN, right, LAN.ref);
    expect((await groups.services.ledger.byCode(code))?.verified).toBe(true);
    expect(cardOf(code)?.text).toContain('đã xác minh');
    expect((await groups.press(MINH, right, MINH.ref)).toast?.text).toContain('Trần Lan');
    expect((await groups.press(STRANGER, right, STRANGER.ref)).toast).toMatchObject({ alert: true });
  });

  it('and files are sent to the member in private', async () => {
    const { code } = await groups.submit({
      attachments: [
        { channel: 'telegram', fileRef: 'f1', kind: 'photo' },
        { channel: 'telegram', fileRef: 'f2', kind: 'document', name: 'a.pdf' },
      ],
    });
    await pressCard(LAN, code, 'Nhận tệp riêng (2)');
    const files = groups.shows
      .filter((show) => show.chat === LAN.ref)
      .flatMap(({ message }) => message.attachment ?? []);
    expect(files).toMatchObject([{ fileRef: 'f1' }, { fileRef: 'f2' }]);
  });
});

describe('the group itself', () => {
  it('is followed when it moves', async () => {
    const moving = await startGroups({ store });
    await moving.happens(BOARD, undefined, { kind: 'moved', to: 'telegram:-100999' });
    expect(await moving.services.settings.boardChat()).toBe('telegram:-100999');
  });

  it('may talk: the bot stays silent', async () => {
    expect((await groups.write(LAN, 'Chào cả nhà')).show).toEqual([]);
    const turn = await groups.happens(BOARD, LAN, { kind: 'unsupported', messageId: 'm', what: 'sticker' });
    expect(turn.show).toEqual([]);
  });

  it('shows the whole text of a long question on a press', async () => {
    const content = `${'Nội dung dài. '.repeat(200)}Hết.`;
    const { code } = await groups.submit({ content });
    expect(cardOf(code)?.text).not.toContain('Hết.');
    await pressCard(LAN, code, 'Xem đủ');
    expect(groups.last(BOARD)).toContain('Hết.');
  });

  it('has English when it chooses so', async () => {
    const english = await startGroups({ store });
    const { code } = await english.submit();
    await english.command(LAN, '/language en');
    await english.press(LAN, dataOf(english.card(BOARD, `card:${code}`), 'Duyệt'));
    expect(english.card(BOARD, `card:${code}`)?.text).toContain('Approved');
  });
});
