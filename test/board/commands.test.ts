import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOARD_COMMANDS } from '../../src/bot/board/runBoardCommand.js';
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

const run = async (line: string, who = ADMIN): Promise<string> => {
  await groups.command(who, line);
  return groups.last(BOARD);
};

describe('bad arguments', () => {
  it.each([
    '/queue hai',
    '/queue 0',
    '/queue 1 2',
    '/question',
    '/question xyz',
    '/find',
    '/find a',
    '/choose',
    '/choose KG-2026-000001',
    '/choose KG-2026-000001 tuần-sau',
    '/choose xyz 2026-12-1',
    '/episode',
    '/episode move',
    '/episode move 2026-12-1',
    '/episode move 2026-12-1 31/02/2026 18:30',
    '/episode move 2026-12-1 12/12/2026 25:00',
    '/episode cancel 2026-12-1',
    '/episode link 2026-12-1',
    '/episode link 2026-12-1 ftp://example.vn',
    '/episode swap 2026-12-1',
    '/roles',
    '/roles "Trần Lan"',
    '/roles "Trần Lan" boss',
    '/roles "Không Có Ai" editor',
    '/roles 999 editor',
    '/block',
    '/block KG-2026-000001',
    '/unblock',
    '/unblock x y',
    '/unit',
    '/unit SỞ',
    '/unit co-quan-moi',
    '/unit co-quan-moi topics dat-dai',
    '/unit so-noi-vu name',
    '/unit so-noi-vu name Sở Nội vụ',
    '/unit so-noi-vu colour xanh',
    '/unit so-noi-vu head "Một phần"',
    '/unit so-noi-vu from hôm nay',
    '/unit so-noi-vu topics Đất',
    '/topic',
    '/topic moi',
    '/topic moi "Chỉ một tên"',
    '/topic moi hide',
    '/topic moi vi "Tên"',
    '/days hôm nay',
    '/days 31/02/2026 off "x"',
    '/days 24/11/2026',
    '/days 24/11/2026 nghỉ "x"',
    '/days 24/11/2026 off',
    '/days 24/11/2026 off "a" "b" "c"',
    '/days 24/11/2026 drop now',
    '/setting workingDays',
    '/setting workingDays many',
    '/setting noSuchThing 3',
    '/setting complaintContact "office"',
    '/setting schedule {',
    '/language',
    '/language fr',
  ])('are answered with how to write it and an example: %s', async (line) => {
    const answer = await run(line);
    const [name = ''] = /\/\w+/.exec(line) ?? [];
    expect(answer).toMatch(new RegExp(`Cách viết: ${name}\\b`));
    expect(answer).toMatch(new RegExp(`Ví dụ: ${name}\\b`));
  });

  it.each(BOARD_COMMANDS.map(({ name }) => name))('the example of /%s is itself understood', async (name) => {
    await groups.submit();
    const example = groups.texts.plain({ key: `commands:board.${name}.example` }, 'vi');
    expect(await run(example.replace('"Nguyễn Văn An" editor', '"Trần Lan" editor'))).not.toContain(
      'Cách viết',
    );
  });
});

describe('the ledger', () => {
  it('is listed ten a page, and its pages are turned in place', async () => {
    const many = await startGroups({ store });
    for (let n = 0; n < 12; n++) await many.submit();
    await many.command(LAN, '/queue');
    const slot = many.shows.at(-1)?.slot;
    expect(many.last(BOARD)).toContain('12 câu hỏi (trang 1/2)');
    await many.press(LAN, dataOf(many.lastMessage(BOARD), 'Trang sau'));
    expect(many.shows.at(-1)?.slot).toBe(slot);
    expect(many.last(BOARD)).toContain('trang 2/2');
    expect(titles(many.lastMessage(BOARD)).filter((title) => title.startsWith('KG-'))).toHaveLength(2);
    await many.command(LAN, '/queue 9');
    expect(many.last(BOARD)).toContain('trang 2/2');
    await many.press(LAN, dataOf(many.lastMessage(BOARD), 'KG-2026-000012'));
    expect(many.last(BOARD)).toContain('Mới tiếp nhận');
  });

  it('says so when nothing is open', async () => {
    const none = await startGroups({ store });
    await none.command(LAN, '/queue');
    expect(none.last(BOARD)).toContain('Không có câu hỏi nào');
  });

  it('is searched with and without marks, ten a page', async () => {
    const { code } = await groups.submit({ content: 'Bao giờ sửa cầu Rạch Sỏi bị hư hỏng nặng sau bão?' });
    expect(await run('/find cau rach soi', VIEWER)).toContain(code);
    expect(await run('/find cầu Rạch Sỏi')).toContain(code);
    expect(await run('/find sân bay vũ trụ')).toContain('Không có câu hỏi nào');
  });

  it('shows a question by any way of writing its code', async () => {
    const { code, number } = await groups.submit();
    for (const typed of [code, code.toLowerCase(), String(number), `KG 2026 ${number}`])
      expect(await run(`/question ${typed}`)).toContain(`${code} · 🆕`);
    expect(await run('/question KG-2026-888888')).toContain('Không tìm thấy');
  });

  it('is counted by stage, topic and unit', async () => {
    await groups.submit();
    const stats = await run('/stats');
    expect(stats).toContain('Theo tình trạng');
    expect(stats).toMatch(/Mới tiếp nhận: \d/);
    expect(stats).toMatch(/Đất đai: \d/);
  });
});

describe('members', () => {
  it('are listed with roles and account', async () => {
    const members = await run('/members');
    expect(members).toContain('Võ Theo Dõi (4): theo dõi');
    expect(members).toContain('Lê Quản Trị (1): quản trị');
  });

  it('get roles by name without marks, with @ and by account', async () => {
    expect(await run('/roles "pham minh" station editor')).toContain('Phạm Minh: biên tập, Đài PT&TH');
    expect(await run('/roles 3 viewer')).toContain('Phạm Minh: theo dõi');
    expect(await run('/roles @PhạmMinh editor')).toContain('Không có thành viên');
    expect(await run('/roles telegram:3 none')).toContain('không có vai trò');
    expect((await groups.press(MINH, 'queue|-|1')).toast).toMatchObject({ alert: true });
    await run('/roles 3 editor');
  });

  it('that share a name are told apart by account only', async () => {
    await groups.join(BOARD, { ref: 'telegram:71', name: 'Lê An' });
    await groups.join(BOARD, { ref: 'telegram:72', name: 'Lê Ân' });
    expect(await run('/roles "Lê An" viewer')).toContain('Có nhiều thành viên');
  });

  it.each([
    '/roles 2 admin',
    '/block 1 "x"',
    '/unit so-noi-vu name "X"',
    '/topic khac hide',
    '/episode cancel 2026-12-1 "x"',
  ])('who are no admins are refused, and that is recorded: %s', async (line) => {
    groups.refused.length = 0;
    expect(await run(line, LAN)).toContain('không được dùng lệnh');
    expect(groups.refused).toEqual([{ account: LAN.ref, what: line.split(' ')[0] }]);
  });

  it('who are viewers may look at the calendar and not change it', async () => {
    expect(await run('/days 2026', VIEWER)).toContain('Năm 2026');
    expect(await run('/days 25/11/2026 off "x"', VIEWER)).toContain('không được dùng lệnh');
  });

  it('alone may give commands', async () => {
    groups.refused.length = 0;
    expect(await run('/queue', STRANGER)).toContain('Chỉ người có trách nhiệm');
    expect(groups.refused).toHaveLength(1);
  });

  it('block and unblock the asker of a question', async () => {
    const { code, asker } = await groups.submit();
    await run(`/block ${code} "gửi nội dung quấy rối"`);
    expect((await groups.services.people.byId(asker.person))?.blocked).toMatchObject({
      reason: 'gửi nội dung quấy rối',
    });
    await run(`/unblock ${code}`);
    expect((await groups.services.people.byId(asker.person))?.blocked).toBeUndefined();
  });
});

describe('settings', () => {
  it('take a new unit and change each field of it', async () => {
    await run('/unit xa-thu name "UBND xã Thử"');
    await run('/unit xa-thu topics dat-dai giao-thong');
    await run('/unit xa-thu head “Trần Văn Bình” “Chủ tịch”');
    await run('/unit xa-thu from 1/12/2026');
    const told = await run('/unit xa-thu');
    for (const words of [
      'UBND xã Thử',
      'dat-dai, giao-thong',
      'Trần Văn Bình, Chủ tịch',
      '01/12/2026',
      '/bind xa-thu',
    ])
      expect(told).toContain(words);
    expect(await run('/units')).toContain('xa-thu UBND xã Thử (chưa có nhóm)');
  });

  it('take a new topic, rename, hide and show it', async () => {
    await run('/topic thu-nghiem "Thử nghiệm" "Trial"');
    await run('/topic thu-nghiem en "Testing"');
    expect(await run('/topics')).toContain('thu-nghiem Thử nghiệm');
    await run('/topic thu-nghiem hide');
    expect(await run('/topics')).toContain('(đang ẩn)');
    await run('/topic thu-nghiem show');
    expect((await groups.services.settings.topics()).find(({ id }) => id === 'thu-nghiem')).toEqual({
      id: 'thu-nghiem',
      name: { vi: 'Thử nghiệm', en: 'Testing' },
    });
  });

  it('of the calendar move every open due date, and the cards with them', async () => {
    const calendar = await startGroups({ store });
    const { code } = await calendar.submit();
    await calendar.command(ADMIN, '/days 2026-11-25 off "Nghỉ bão" "Công điện 01" proposed');
    expect(calendar.said(BOARD).join('\n')).toContain(`${code} · hạn mới 30/11/2026`);
    expect(calendar.last(BOARD)).toContain('25/11/2026 là ngày nghỉ. Số câu hỏi được tính lại hạn: 1.');
    expect(calendar.card(BOARD, `card:${code}`)?.text).toContain(
      '30/11 (ngày làm việc thứ 3: 26, 27, 30/11)',
    );
    await calendar.command(ADMIN, '/days');
    expect(calendar.last(BOARD)).toContain('25/11/2026 nghỉ: Nghỉ bão (dự kiến)');
    await calendar.command(ADMIN, '/days 25/11/2026 drop');
    expect(calendar.card(BOARD, `card:${code}`)?.text).toContain('Hạn chuyển 27/11');
    await calendar.command(ADMIN, '/days 28/11/2026 work "Làm bù"');
    expect(calendar.last(BOARD)).toContain('28/11/2026 là ngày làm bù');
  });
});

describe('the programme', () => {
  it('lists the coming episodes with what is chosen, moves, cancels and links them', async () => {
    const { code } = await groups.submit();
    await groups.press(LAN, `approve|${code}`);
    expect(await run(`/choose ${code} 2026-12-2`)).toContain('Đã chọn');
    expect(await run('/schedule')).toMatch(new RegExp(`2026-12-2 · 18:30 19/12/2026 · .*${code}`));
    expect(await run('/episode move 2026-12-2 20/12/2026 18h30')).toContain('18:30 20/12/2026');
    expect(await run(`/choose ${code} none`)).toContain('bỏ chọn');
    expect(await run('/episode cancel 2027-1-1 "nghỉ Tết dương lịch"')).toContain(
      'đã hủy: nghỉ Tết dương lịch',
    );
    expect(await run('/schedule')).not.toContain('2027-1-1');
    expect(await run(`/choose ${code} 2027-1-1`)).toContain('đã hủy');
    expect(await run('/episode link 2026-12-2 https://example.vn/xem')).toContain('https://example.vn/xem');
    expect(await run('/episode move 2030-13-1 20/12/2026 18h30')).toContain('Không có số phát sóng');
  });
});

describe('/help', () => {
  it('lists what the member’s roles allow', async () => {
    const [admin, viewer] = [await run('/help'), await run('/help', VIEWER)];
    expect(admin).toContain('/roles');
    expect(viewer).not.toContain('/roles');
    expect(viewer).toContain('/find');
  });

  it('is named to who writes an unknown command', async () => {
    expect(await run('/xoa')).toContain('/help');
  });
});
