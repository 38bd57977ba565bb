import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/question.js';
import {
  ADMIN,
  BOARD,
  CLERK,
  LAN,
  LEAD_CHAT,
  MINH,
  STRANGER,
  UNIT_CHAT,
  UNIT_ID,
  bindUnit,
  dataOf,
  startGroups,
  titles,
  type Groups,
} from '../board/startGroups.js';
import { openStore, type TestStore } from '../board/openStore.js';

let store: TestStore;
let groups: Groups;
beforeAll(async () => {
  store = await openStore();
  groups = await startGroups({ store });
  await bindUnit(groups);
});
afterAll(() => store.close());

const ANSWER =
  'Hồ sơ gồm đơn đề nghị, giấy tờ về đất và bản sao căn cước, nộp tại Trung tâm hành chính công.';
const unitCardOf = (code: string) => groups.card(UNIT_CHAT, `card:${code}`);
const answerCardOf = (code: string) => groups.card(BOARD, `answer:${code}`);
const write = (text: string) => groups.write(CLERK, text, UNIT_CHAT);
const pressLast = (words: string) =>
  groups.press(CLERK, dataOf(groups.lastMessage(UNIT_CHAT), words), UNIT_CHAT);

async function routed(): Promise<Question> {
  const { code } = await groups.submit();
  await groups.press(LAN, `approve|${code}`);
  await groups.press(LAN, `route|${code}|${UNIT_ID}`);
  const question = await groups.services.ledger.byCode(code);
  if (!question) throw new Error('no question');
  return question;
}

async function answered(): Promise<Question> {
  const question = await routed();
  await groups.press(CLERK, dataOf(unitCardOf(question.code), 'Trả lời'), UNIT_CHAT);
  await write(ANSWER);
  await pressLast('Xong');
  await write('Nguyễn Văn An, Giám đốc Sở');
  await pressLast('Gửi Ban Biên tập');
  return question;
}

const stageOf = async (code: string) => (await groups.services.ledger.byCode(code))?.stage;

describe('a routed question', () => {
  it('is a card in the unit’s chat, without who asked and without the board’s notes', async () => {
    const { code } = await groups.submit();
    await groups.press(LAN, `approve|${code}`);
    await groups.press(LAN, `note|${code}`);
    await groups.write(LAN, 'Ghi chú nội bộ của Ban.');
    await groups.press(LAN, `route|${code}|${UNIT_ID}`);
    const card = unitCardOf(code);
    expect(titles(card)).toEqual(['📝 Trả lời', '↩️ Trả lại', '🚧 Báo vướng mắc']);
    expect(card?.text).toContain('Thủ tục cấp giấy chứng nhận');
    expect(card?.text).not.toMatch(/nội bộ|Thị Hoà|912345678|Minh Phú/);
  });

  it('is answered over several messages with a file, who is responsible, a look, and sent', async () => {
    const { code } = await routed();
    await groups.press(CLERK, dataOf(unitCardOf(code), 'Trả lời'), UNIT_CHAT);
    expect(groups.lastMessage(UNIT_CHAT)?.expectsReply).toBe(true);
    await write('Ngắn quá.');
    await pressLast('Xong');
    expect(groups.last(UNIT_CHAT)).toContain('cần từ 20');
    await write(ANSWER);
    await groups.happens(UNIT_CHAT, CLERK, {
      kind: 'attachment',
      messageId: 'm-file',
      attachment: { channel: 'telegram', fileRef: 'mau-don', kind: 'document', name: 'mau-don.pdf' },
      replyTo: 'bot',
    });
    expect(groups.last(UNIT_CHAT)).toContain('1 tệp');
    await pressLast('Xong');
    expect(groups.last(UNIT_CHAT)).toContain('ai chịu trách nhiệm');
    await write('A');
    expect(groups.last(UNIT_CHAT)).toContain('họ tên và chức vụ');
    await write('Nguyễn Văn An, Giám đốc Sở');
    expect(groups.last(UNIT_CHAT)).toContain(ANSWER);
    expect(await stageOf(code)).toBe('routed');
    await pressLast('Gửi Ban Biên tập');
    expect(await groups.services.ledger.byCode(code)).toMatchObject({
      stage: 'answered',
      answer: {
        text: `Ngắn quá.\n\n${ANSWER}`,
        responsible: 'Nguyễn Văn An, Giám đốc Sở',
        attachments: [{ fileRef: 'mau-don' }],
      },
    });
    expect(groups.chatOf(UNIT_CHAT).flows).toEqual({});
    expect(titles(answerCardOf(code))).toEqual([
      '✅ Duyệt trả lời',
      '↩️ Yêu cầu sửa',
      '📎 Nhận tệp riêng (1)',
    ]);
  });

  it('can have its answer written anew, and edited at the preview', async () => {
    const { code } = await routed();
    await groups.press(CLERK, dataOf(unitCardOf(code), 'Trả lời'), UNIT_CHAT);
    await write('Đoạn viết nhầm, không dùng được.');
    await pressLast('Viết lại');
    await write(ANSWER);
    await pressLast('Xong');
    await write('Lê Thị Bé, Phó Giám đốc');
    await pressLast('Sửa người');
    await write('Nguyễn Văn An, Giám đốc Sở');
    await pressLast('Sửa nội dung');
    await write('Phí: 100.000 đồng.');
    await pressLast('Xong');
    await pressLast('Gửi Ban Biên tập');
    expect((await groups.services.ledger.byCode(code))?.answer).toMatchObject({
      text: `${ANSWER}\n\nPhí: 100.000 đồng.`,
      responsible: 'Nguyễn Văn An, Giám đốc Sở',
    });
  });

  it('offers the unit’s head as responsible', async () => {
    const own = await startGroups({ store });
    await bindUnit(own);
    await own.command(ADMIN, '/head "Trần Thị Sáu" "Giám đốc Sở"', UNIT_CHAT);
    const { code } = await own.submit();
    await own.press(LAN, `approve|${code}`);
    await own.press(LAN, `route|${code}|${UNIT_ID}`);
    await own.press(CLERK, `answer|${code}`, UNIT_CHAT);
    await own.write(CLERK, ANSWER, UNIT_CHAT);
    await own.press(CLERK, dataOf(own.lastMessage(UNIT_CHAT), 'Xong'), UNIT_CHAT);
    await own.press(CLERK, dataOf(own.lastMessage(UNIT_CHAT), 'Trần Thị Sáu, Giám đốc Sở'), UNIT_CHAT);
    await own.press(CLERK, dataOf(own.lastMessage(UNIT_CHAT), 'Gửi'), UNIT_CHAT);
    expect((await own.services.ledger.byCode(code))?.answer?.responsible).toBe('Trần Thị Sáu, Giám đốc Sở');
  });

  it('is handed back with the reason, and leaves the unit’s card closed', async () => {
    const { code } = await routed();
    await groups.press(CLERK, dataOf(unitCardOf(code), 'Trả lại'), UNIT_CHAT);
    await pressLast('Không thuộc thẩm quyền');
    await pressLast('Gửi');
    expect(await stageOf(code)).toBe('approved');
    expect(unitCardOf(code)?.buttons).toBeUndefined();
    expect(unitCardOf(code)?.text).toContain('không còn thuộc đơn vị');
    expect(groups.last(BOARD)).toContain('trả lại câu hỏi');
    expect(titles(groups.card(BOARD, `card:${code}`)).join()).toContain('Chuyển đơn vị');
  });

  it('can meet a difficulty, which goes to the board and to the lead office', async () => {
    await groups.command(ADMIN, '/bind so-noi-vu', LEAD_CHAT);
    const { code } = await routed();
    await groups.press(CLERK, dataOf(unitCardOf(code), 'vướng mắc'), UNIT_CHAT);
    await write('Chưa có hướng dẫn của Bộ.');
    await pressLast('Gửi');
    expect(await stageOf(code)).toBe('routed');
    expect(groups.last(LEAD_CHAT)).toContain('Chưa có hướng dẫn của Bộ.');
    expect(groups.said(BOARD).at(-1)).toContain('báo khó khăn, vướng mắc');
  });
});

describe('the board on an answer', () => {
  it('approves it, and the asker gets it with who is responsible', async () => {
    const { code, asker } = await answered();
    expect(answerCardOf(code)?.text).toContain(ANSWER);
    await groups.press(LAN, dataOf(answerCardOf(code), 'Duyệt trả lời'));
    expect(await stageOf(code)).toBe('published');
    const [account = ''] = (await groups.services.people.byId(asker.person))?.accounts ?? [];
    expect(groups.last(account)).toContain(ANSWER);
    expect(groups.last(account)).toContain('Nguyễn Văn An, Giám đốc Sở');
    expect(answerCardOf(code)?.buttons).toBeUndefined();
    expect(answerCardOf(code)?.text).toContain('Trần Lan');
    expect((await groups.press(MINH, `returnAnswer|${code}|x`)).toast).toMatchObject({ alert: true });
  });

  it('returns it with what to change, and the unit answers again', async () => {
    const { code } = await answered();
    const old = dataOf(answerCardOf(code), 'Duyệt trả lời');
    await groups.press(LAN, dataOf(answerCardOf(code), 'Yêu cầu sửa'));
    await groups.write(LAN, 'Nêu rõ thời hạn giải quyết.');
    await groups.press(LAN, dataOf(groups.lastMessage(BOARD), 'Gửi'));
    expect(await stageOf(code)).toBe('routed');
    expect(answerCardOf(code)?.buttons).toBeUndefined();
    expect(answerCardOf(code)?.text).toContain('Nêu rõ thời hạn');
    expect(groups.last(UNIT_CHAT)).toContain('Nêu rõ thời hạn giải quyết.');
    expect(unitCardOf(code)?.text).toContain('Nêu rõ thời hạn');
    groups.clock.advance(60_000);
    await pressLast('Trả lời');
    await write(`${ANSWER} Thời hạn 15 ngày.`);
    await pressLast('Xong');
    await write('Nguyễn Văn An, Giám đốc Sở');
    await pressLast('Gửi');
    expect(answerCardOf(code)?.text).toContain('Thời hạn 15 ngày');
    const stale = await groups.press(LAN, old);
    expect(stale.toast?.text).toContain('đã thay đổi');
    expect(await stageOf(code)).toBe('answered');
  });

  it('is returned once when its update comes again', async () => {
    const { code } = await answered();
    await groups.press(LAN, dataOf(answerCardOf(code), 'Yêu cầu sửa'));
    await groups.write(LAN, 'Nêu rõ thời hạn giải quyết.');
    const send = dataOf(groups.lastMessage(BOARD), 'Gửi');
    const before = groups.chatOf(BOARD);
    const first = await groups.press(LAN, send, BOARD, `telegram:again-${code}`);
    groups.restore(before);
    const again = await groups.press(LAN, send, BOARD, `telegram:again-${code}`);
    expect(again.show).toEqual(first.show);
    const events = (await groups.services.ledger.byCode(code))?.events ?? [];
    expect(events.filter(({ action }) => action === 'returnAnswer')).toHaveLength(1);
  });

  it('reaches nobody while it is not approved', async () => {
    const { code, asker } = await answered();
    const [account = ''] = (await groups.services.people.byId(asker.person))?.accounts ?? [];
    expect(groups.said(account).join('\n')).not.toContain(ANSWER);
    expect(await stageOf(code)).toBe('answered');
  });
});

describe('a unit’s chat', () => {
  beforeEach(() => {
    groups.refused.length = 0;
  });

  it('knows no question but its own', async () => {
    const { code } = await groups.submit();
    await groups.press(LAN, `approve|${code}`);
    await groups.press(LAN, `route|${code}|so-y-te`);
    expect((await groups.press(CLERK, `answer|${code}`, UNIT_CHAT)).toast?.text).toContain(
      'không thuộc đơn vị',
    );
    expect((await groups.press(CLERK, `files|${code}`, UNIT_CHAT)).toast).toMatchObject({ alert: true });
    expect(groups.refused).toHaveLength(2);
  });

  it('refuses the board’s actions, forged data and strangers, on record', async () => {
    const { code } = await routed();
    for (const data of [`acceptAnswer|${code}`, `revealContact|${code}`, 'x'])
      expect((await groups.press(CLERK, data, UNIT_CHAT)).toast).toMatchObject({ alert: true });
    expect((await groups.press(STRANGER, `answer|${code}`, UNIT_CHAT)).toast).toMatchObject({ alert: true });
    expect(groups.refused).toHaveLength(4);
    expect(await stageOf(code)).toBe('routed');
  });

  it('refuses who has left it', async () => {
    const clerk = { ref: 'telegram:55', name: 'Người Đã Đi' };
    await groups.join(UNIT_CHAT, clerk);
    const { code } = await routed();
    await groups.press(clerk, `answer|${code}`, UNIT_CHAT);
    await groups.leaves(UNIT_CHAT, clerk);
    await groups.write(clerk, ANSWER, UNIT_CHAT);
    expect(groups.refused).toHaveLength(1);
    expect(Object.keys(groups.chatOf(UNIT_CHAT).flows)).not.toContain(clerk.ref);
  });

  it('is bound by an admin of the board only', async () => {
    await groups.command(CLERK, '/bind so-y-te', 'telegram:-400');
    expect(groups.refused).toEqual([{ account: CLERK.ref, what: '/bind' }]);
    await groups.command(ADMIN, '/bind khong-co', 'telegram:-400');
    expect(groups.last('telegram:-400')).toContain('Cách viết: /bind');
    await groups.command(ADMIN, '/bind so-y-te', 'telegram:-400');
    expect((await groups.services.settings.unitOfChat('telegram:-400'))?.id).toBe('so-y-te');
    await groups.command(ADMIN, '/bind so-tu-phap', 'telegram:-400');
    expect(groups.last('telegram:-400')).toContain('đã gắn với Sở Y tế');
  });

  it('tells a group that is nobody’s how to become one', async () => {
    await groups.happens('telegram:-500', undefined, { kind: 'reachable', reachable: true });
    expect(groups.last('telegram:-500')).toContain('/bind');
    await groups.command(CLERK, '/queue', 'telegram:-500');
    expect(groups.last('telegram:-500')).toContain('/bind');
  });

  it('lists what waits for the unit', async () => {
    const { code } = await routed();
    await groups.command(CLERK, '/queue', UNIT_CHAT);
    expect(groups.last(UNIT_CHAT)).toContain(code);
    await groups.press(CLERK, dataOf(groups.lastMessage(UNIT_CHAT), code), UNIT_CHAT);
    expect(titles(groups.lastMessage(UNIT_CHAT))).toContain('📝 Trả lời');
    await groups.command(CLERK, '/queue x', UNIT_CHAT);
    expect(groups.last(UNIT_CHAT)).toContain('Cách viết: /queue');
  });

  it('has a head: the first who says so; name and title are an admin’s to enter', async () => {
    await groups.command(CLERK, '/head', UNIT_CHAT);
    expect(groups.last(UNIT_CHAT)).toContain('Đỗ Chuyên Viên là thủ trưởng');
    await groups.command(CLERK, '/head "A"', UNIT_CHAT);
    expect(groups.last(UNIT_CHAT)).toContain('Cách viết: /head');
    await groups.command(CLERK, '/head "Trần B" "Giám đốc"', UNIT_CHAT);
    expect(groups.last(UNIT_CHAT)).toContain('Vai trò');
    await groups.command(STRANGER, '/head "Trần B" "Giám đốc"', UNIT_CHAT);
    expect(groups.refused.at(-1)).toEqual({ account: STRANGER.ref, what: '/head' });
  });

  it.each(['/help', '/start'])('answers %s with its commands', async (line) => {
    await groups.command(CLERK, line, UNIT_CHAT);
    expect(groups.last(UNIT_CHAT)).toContain('/bind');
  });

  it('hears of a unit without a chat in the board’s group', async () => {
    const { code } = await groups.submit();
    await groups.press(LAN, `approve|${code}`);
    await groups.press(LAN, `route|${code}|bhxh-tinh`);
    expect(groups.said(BOARD).join('\n')).toContain('/bind bhxh-tinh');
  });
});
