import { beforeEach, describe, expect, it } from 'vitest';
import { buttonData } from '../../src/conversation/buttonData.js';
import { DomainError } from '../../src/domain/errors.js';
import { createChatScript, QUESTION, texts, toSummary, ZALO, type ChatScript } from './chatScript.js';

const DENUNCIATION = 'Tôi tố cáo ông chủ tịch xã nhận hối lộ của nhiều hộ dân trong ấp';
const t = (key: string, values?: Record<string, string | number>, lang: 'vi' | 'en' = 'vi'): string =>
  texts.plain({ key, ...(values ? { values } : {}) }, lang);

let chat: ChatScript;
beforeEach(() => {
  chat = createChatScript();
});

/** Types one after another. */
async function typeAll(...words: string[]): Promise<string> {
  for (const one of words) await chat.type(one);
  return chat.said();
}
const draft = (): Record<string, unknown> =>
  Object.values(chat.chat().flows).at(-1)?.draft as Record<string, unknown>;

describe('asking a question', () => {
  it('says first what the programme takes and what it does not', async () => {
    await chat.command('ask');
    expect(chat.said()).toContain('không xem xét khiếu nại, tố cáo về vụ việc cụ thể');
    expect(chat.said()).toContain('người đại diện theo pháp luật');
  });

  it('ends with the code, the due date in words and what comes next', async () => {
    await toSummary(chat);
    const said = await chat.press('Gửi câu hỏi');
    expect(said).toContain('KG-2026-000001');
    expect(said).toContain('thứ Sáu, 27/11/2026');
    expect(said).toContain('/status KG-2026-000001');
    expect(chat.chat().flows).toEqual({});
  });

  it('hands on exactly what was told, with the proof of each consent', async () => {
    await toSummary(chat);
    await chat.press('Gửi');
    expect(chat.fake.questions[0]).toMatchObject({
      asker: {
        kind: 'citizen',
        name: 'Nguyễn Thị Hoa',
        place: 'rach-gia',
        address: '12 Trần Phú',
        phone: '+84912345678',
      },
      topic: 'dat-dai',
      content: QUESTION,
      channel: 'telegram',
      consents: [
        { purpose: 'record', given: true, textVersion: `${t('ask:consent.version')}/vi` },
        { purpose: 'nameOnAir', given: false },
        { purpose: 'reminders', given: false },
      ],
    });
    expect(chat.fake.questions[0]?.consents.every(({ at }) => at instanceof Date)).toBe(true);
    expect(chat.fake.questions[0]?.asker).not.toHaveProperty('email');
    expect(chat.fake.calls).toEqual([]);
  });

  it('subscribes only somebody who said yes to reminders', async () => {
    await chat.command('ask');
    await typeAll(
      'ok',
      'có',
      'có',
      'có',
      '1',
      'Nguyễn Thị Hoa',
      'Phường Rạch Giá',
      '12 Trần Phú',
      'skip',
      'skip',
      'đất đai',
      QUESTION,
      'xong',
      'gửi',
    );
    expect(chat.fake.calls).toEqual(['subscribe ']);
    expect(chat.fake.people.get('person1')?.subscription).toBeDefined();
  });

  it('has nothing chosen beforehand in a consent: neither skipping nor a vague word passes', async () => {
    await chat.command('ask');
    await typeAll('tiếp tục', 'bỏ qua', 'để xem đã', 'xong');
    expect(chat.step()).toBe('record');
    expect(draft().consents).toEqual({});
  });

  it('ends kindly when the record is refused, and keeps nothing', async () => {
    await chat.command('ask');
    expect(await typeAll('tiếp tục', 'không')).toBe(t('ask:refused'));
    expect(chat.chat().flows).toEqual({});
    expect(chat.fake.questions).toEqual([]);
  });

  it('asks a business for its name and the person who asks', async () => {
    await chat.command('ask');
    await typeAll('1', 'có', 'có', 'không', 'Doanh nghiệp');
    expect(chat.said()).toContain(t('ask:organisation.business'));
    await chat.type('Công ty TNHH Biển Xanh');
    expect(chat.said()).toContain(t('ask:name.contact'));
    expect(draft()).toMatchObject({ kind: 'business', organisation: 'Công ty TNHH Biển Xanh' });
  });

  describe('the place', () => {
    beforeEach(async () => {
      await chat.command('ask');
      await typeAll('1', 'có', 'có', 'không', '1', 'Nguyễn Thị Hoa');
    });

    it('is found by part of its name, without marks', async () => {
      expect(await chat.type('rach gia')).toContain('«rach gia»');
      await chat.press('Phường Rạch Giá');
      expect(draft().place).toBe('rach-gia');
    });

    it('is found by a former name and taken when only one fits', async () => {
      await chat.type('Dương Đông');
      expect(draft().place).toBe('phu-quoc');
    });

    it('is chosen from pages', async () => {
      await chat.press('Trang sau');
      expect(chat.turn().show[0]?.message.text).toContain('Trang 2/');
      const button = chat.buttons()[3];
      await chat.press(button?.title ?? '');
      expect(chat.step()).toBe('address');
    });

    it('is asked again with a hint when nothing fits', async () => {
      expect(await chat.type('Atlantis')).toContain(t('ask:place.notFound', { words: 'Atlantis' }));
      expect(chat.step()).toBe('place');
    });

    it('offers the whole list again after a search', async () => {
      await chat.type('rach gia');
      await chat.press('Xem tất cả');
      expect(chat.said()).toContain('Trang 1/9');
    });
  });

  it.each([
    ['name', 'Nguyễn Thị Hoa', '7'],
    ['email', 'hoa@example.com', 'hoa at example'],
    ['phone', '0912345678', '01234567890'],
    ['address', '12 Trần Phú', '??'],
  ])('answers a wrong %s with what to write', async (field, right, wrong) => {
    await toSummary(chat);
    await chat.press(t(`ask:summary.edit.${field}`));
    const said = await chat.type(wrong);
    expect(chat.step()).toBe(field);
    expect(said).toMatch(/Xin gõ/);
    await chat.type(right);
    expect(chat.step()).toBe('summary');
  });

  it('takes name and telephone from a contact that the person shares', async () => {
    await chat.command('ask');
    await typeAll('1', 'có', 'có', 'không', '1');
    await chat.hear({ kind: 'contact', messageId: 'm', name: 'Trần Văn Bé', phone: '84912345678' });
    expect(draft()).toMatchObject({ name: 'Trần Văn Bé', phone: '+84912345678' });
  });

  it("offers last time's details, all at once", async () => {
    await toSummary(chat);
    await chat.press('Gửi');
    await chat.command('ask');
    await typeAll('1', 'có', 'không', 'không');
    expect(chat.said()).toContain('Nguyễn Thị Hoa');
    await chat.press('Dùng lại');
    expect(chat.step()).toBe('topic');
    await typeAll('thuế', 'Xin hỏi mức thuế môn bài năm 2026 là bao nhiêu?', 'xong', 'gửi');
    expect(chat.fake.questions[1]?.asker).toEqual(chat.fake.questions[0]?.asker);
  });

  it("offers last time's details field by field to somebody who enters them anew", async () => {
    await toSummary(chat);
    await chat.press('Gửi');
    await chat.command('ask');
    await typeAll('1', 'có', 'không', 'không', 'Nhập mới', 'Công dân');
    await chat.press('Như lần trước: Nguyễn Thị Hoa');
    expect(chat.step()).toBe('place');
    await typeAll('hà tiên', '1', 'Như lần trước: 12 Trần Phú');
    expect(draft()).toMatchObject({ name: 'Nguyễn Thị Hoa', address: '12 Trần Phú' });
  });

  it('does not ask a subscriber about reminders again', async () => {
    await chat.command('subscribe');
    await typeAll('xong', 'có');
    await chat.command('ask');
    await typeAll('1', 'có', 'không');
    expect(chat.step()).toBe('kind');
  });
});

describe('the question itself', () => {
  beforeEach(async () => {
    await chat.command('ask');
    await typeAll(
      '1',
      'có',
      'có',
      'không',
      '1',
      'Nguyễn Thị Hoa',
      'Phường Rạch Giá',
      '12 Trần Phú',
      'skip',
      'skip',
      'Đất đai',
    );
  });

  it('joins several messages, photos and documents until done', async () => {
    await chat.type('Xin hỏi về giá đất.');
    await chat.photo({ caption: 'Ảnh chụp thông báo.' });
    await chat.photo({ document: true, name: 'thong-bao.pdf', mime: 'application/pdf' });
    expect(chat.said()).toContain('2/3');
    await chat.type('Khi nào có bảng giá mới?');
    await chat.press('Xong');
    await chat.press('Gửi');
    expect(chat.fake.questions[0]).toMatchObject({
      content: 'Xin hỏi về giá đất.\n\nẢnh chụp thông báo.\n\nKhi nào có bảng giá mới?',
      attachments: [{ kind: 'photo' }, { kind: 'document' }],
    });
  });

  it('shows the photos of one album in one message', async () => {
    await chat.photo({ album: 'a1' });
    const first = chat.turn().show[0]?.slot;
    await chat.photo({ album: 'a1' });
    expect(chat.turn().show[0]?.slot).toBe(first);
    await chat.photo({ album: 'a2' });
    expect(chat.turn().show[0]?.slot).not.toBe(first);
  });

  it('says how much is missing when it is too short', async () => {
    expect(await typeAll('Giá đất?', 'xong')).toContain(
      t('ask:content.tooShort', { length: 8, least: 20, missing: 12 }),
    );
    expect(chat.step()).toBe('content');
  });

  it('says by how much it is too long, and keeps what was there', async () => {
    await chat.type('a'.repeat(3000));
    expect(await chat.type('b'.repeat(600))).toContain(
      t('ask:content.tooLong', { length: 3602, over: 102, most: 3500 }),
    );
    expect(draft().parts).toEqual(['a'.repeat(3000)]);
  });

  it('takes 20 and 3,500 characters and refuses one less and one more', async () => {
    expect(await chat.type('ế'.repeat(3501))).toContain('3501');
    await typeAll('ế'.repeat(3500), 'xong');
    expect(chat.step()).toBe('summary');
    await chat.press('Nội dung');
    await typeAll('ế'.repeat(19), 'xong');
    expect(chat.step()).toBe('content');
    await typeAll('ế', 'xong');
    expect(chat.step()).toBe('summary');
  });

  it('answers a text of 100 kB sensibly', async () => {
    expect(await chat.type('đ'.repeat(100_000))).toContain('96500');
    expect(draft().parts).toEqual([]);
  });

  it.each([
    [
      { document: true as const, name: 'virus.exe', mime: 'application/x-msdownload' },
      'ask:content.wrongFile',
    ],
    [{ document: true as const, name: 'phim.mp4', mime: 'video/mp4' }, 'ask:content.wrongFile'],
    [{ document: true as const, name: 'la', size: 10 }, 'ask:content.wrongFile'],
  ])('does not take %o', async (file, key) => {
    expect(await chat.photo(file)).toContain(t(key));
    expect(draft().attachments).toEqual([]);
  });

  it('does not take a file that is too large, or one too many', async () => {
    expect(await chat.photo({ size: 21 * 1024 * 1024 })).toContain(
      t('ask:content.fileTooLarge', { most: 20 }),
    );
    for (const _ of [1, 2, 3]) await chat.photo();
    expect(await chat.photo()).toContain(t('ask:content.tooManyFiles', { most: 3 }));
    expect(draft().attachments).toHaveLength(3);
  });

  it('wants words beside the photos', async () => {
    await chat.photo();
    expect(await chat.type('xong')).toContain(t('ask:content.wordsMissing'));
  });

  it.each(['sticker', 'voice', 'location', 'video'])('answers a %s and keeps the step', async (what) => {
    expect(await chat.hear({ kind: 'unsupported', messageId: 'm', what })).toContain(
      t(`common:wrong.unsupported.${what}`),
    );
    expect(chat.step()).toBe('content');
  });

  it('answers an edited message with how to change it', async () => {
    await chat.type(QUESTION);
    expect(await chat.hear({ kind: 'edited', messageId: 'm', text: 'x' })).toContain(
      t('common:wrong.unsupported.edited'),
    );
    expect(draft().parts).toEqual([QUESTION]);
  });

  it('replaces the text, not the files, when it is edited from the summary', async () => {
    await chat.photo();
    await typeAll(QUESTION, 'xong');
    await chat.press('✏️ Nội dung');
    await typeAll('Xin hỏi bảng giá đất mới khi nào có hiệu lực?', 'xong');
    expect(draft()).toMatchObject({
      parts: ['Xin hỏi bảng giá đất mới khi nào có hiệu lực?'],
      attachments: [{ kind: 'photo' }],
    });
  });

  it('lets the files be dropped from the summary', async () => {
    await chat.photo();
    await typeAll(QUESTION, 'xong');
    await chat.press('✏️ Ảnh');
    await chat.press('Bỏ hết');
    await chat.type('xong');
    expect(chat.step()).toBe('summary');
    expect(draft().attachments).toEqual([]);
  });

  it('suggests, and only suggests, to look at raw Telex again', async () => {
    const telex = 'Tooi muoons hoir veef thur tujc caaps soor ddor cho hooj gia ddinhf';
    await typeAll(telex, 'xong');
    expect(chat.said()).toContain(t('ask:summary.telex'));
    expect(draft().parts).toEqual([telex]);
  });
});

describe('a text that looks like a complaint or denunciation', () => {
  beforeEach(async () => {
    await toSummary(chat, DENUNCIATION);
  });

  it('is answered at once with where to take it', () => {
    expect(chat.said()).toContain('Ban Tiếp công dân tỉnh');
    expect(chat.said()).toContain('01 Nguyễn Công Trứ');
    expect(chat.said()).toContain('0297 3 999 999');
    expect(chat.said()).toContain('Ban Biên tập sẽ quyết định');
  });

  it('may be sent all the same', async () => {
    await chat.press('Vẫn gửi');
    expect(chat.said()).toContain(t('ask:summary.suspected'));
    await chat.press('Gửi câu hỏi');
    expect(chat.fake.questions[0]).toMatchObject({ suspected: 'denunciation', stage: 'received' });
  });

  it('may be stopped, and then nothing is kept', async () => {
    expect(await chat.press('Dừng')).toBe(t('ask:stopped'));
    expect(chat.fake.questions).toEqual([]);
    expect(chat.chat().flows).toEqual({});
  });

  it('may be written again, and is judged anew', async () => {
    await chat.press('Viết lại');
    await typeAll(QUESTION, 'xong');
    expect(chat.step()).toBe('summary');
    expect(draft().suspected).toBeUndefined();
  });

  it('is noticed too when the text is changed from the summary', async () => {
    await chat.press('Viết lại');
    await typeAll(QUESTION, 'xong');
    await chat.press('✏️ Nội dung');
    await typeAll(DENUNCIATION, 'xong');
    expect(chat.step()).toBe('suspected');
    await chat.press('Vẫn gửi');
    expect(chat.step()).toBe('summary');
  });
});

describe('the summary', () => {
  it('lets every field be changed and comes back each time', async () => {
    await toSummary(chat);
    const changes: [string, string[], Record<string, unknown>][] = [
      [
        'Người hỏi',
        ['Doanh nghiệp', 'Công ty Biển Xanh'],
        { kind: 'business', organisation: 'Công ty Biển Xanh' },
      ],
      ['Họ tên', ['Lê Văn Tám'], { name: 'Lê Văn Tám' }],
      ['Xã, phường', ['Phường Hà Tiên'], { place: 'ha-tien' }],
      ['Địa chỉ', ['5 Mạc Thiên Tích'], { address: '5 Mạc Thiên Tích' }],
      ['E-mail', ['tam@example.com'], { email: 'tam@example.com' }],
      ['Điện thoại', ['bỏ qua'], { email: 'tam@example.com' }],
      ['Lĩnh vực', ['Y tế – An toàn thực phẩm'], { topic: 'y-te' }],
      [
        'Nội dung',
        ['Xin hỏi lịch tiêm chủng mở rộng năm nay?', 'xong'],
        { parts: ['Xin hỏi lịch tiêm chủng mở rộng năm nay?'] },
      ],
      ['Nêu tên', ['có'], {}],
      ['Nhắc lịch', ['có'], {}],
    ];
    for (const [field, words, expected] of changes) {
      await chat.press(`✏️ ${field}`);
      await typeAll(...words);
      expect(chat.step(), field).toBe('summary');
      expect(draft()).toMatchObject(expected);
    }
    expect(draft()).not.toHaveProperty('phone');
    expect(draft()).toMatchObject({ consents: { nameOnAir: { given: true }, reminders: { given: true } } });
  });

  it('escapes what was typed', async () => {
    await toSummary(chat, '<b>Xin hỏi</b> thủ tục đất đai & hộ tịch {{lines}} $t(ask:intro)');
    const markup = chat.turn().show[0]?.message.text ?? '';
    expect(markup).toContain(
      '&lt;b&gt;Xin hỏi&lt;/b&gt; thủ tục đất đai &amp; hộ tịch {{lines}} $t(ask:intro)',
    );
  });

  it('fits a short message even with the longest question', async () => {
    await toSummary(chat, 'ế'.repeat(3500));
    expect(chat.said().length).toBeLessThan(2000);
  });
});

describe('sending', () => {
  it('gives one question for a double press, and tells the code again', async () => {
    await toSummary(chat);
    const data = chat.buttons().find(({ title }) => title.includes('Gửi'))?.data ?? '';
    await chat.pressData(data);
    expect(await chat.pressData(data)).toContain(t('ask:sentBefore', { code: 'KG-2026-000001' }));
    expect(chat.fake.questions).toHaveLength(1);
  });

  it('gives one question when the update is worked on twice, as after a crash', async () => {
    await toSummary(chat);
    const before = chat.chat();
    const data = chat.buttons().find(({ title }) => title.includes('Gửi'))?.data ?? '';
    await chat.hear({ kind: 'press', pressId: 'p', data }, 'telegram:again');
    const first = chat.turn();
    chat.setChat(before);
    await chat.hear({ kind: 'press', pressId: 'p', data }, 'telegram:again');
    expect(chat.turn()).toEqual(first);
    expect(chat.fake.questions).toHaveLength(1);
  });

  it('gives one question when the repeat finds the daily limit reached by the first', async () => {
    await toSummary(chat);
    const before = chat.chat();
    await chat.press('Gửi');
    chat.fake.state.mayAsk = { ok: false, limit: 1 };
    chat.setChat(before);
    await chat.press('Gửi');
    expect(chat.said()).toContain('KG-2026-000001');
  });

  it('tells when to ask again over the daily limit, before and after the question is written', async () => {
    await toSummary(chat);
    chat.fake.state.mayAsk = { ok: false, limit: 5 };
    expect(await chat.press('Gửi')).toContain('thứ Ba, 24/11/2026');
    expect(chat.step()).toBe('summary');
    await chat.command('cancel');
    expect(await chat.command('ask')).toContain('tối đa 5 câu hỏi');
    expect(chat.chat().flows).toEqual({});
  });

  it('says what a broken rule is and keeps the question', async () => {
    await toSummary(chat);
    chat.fake.state.failNext = new DomainError('blocked');
    expect(await chat.press('Gửi')).toContain(t('citizen:problem.blocked'));
    expect(chat.step()).toBe('summary');
  });

  it('leaves the unexpected to be tried again', async () => {
    await toSummary(chat);
    chat.fake.state.failNext = new Error('the store is away');
    await expect(chat.press('Gửi')).rejects.toThrow('the store is away');
    expect(chat.step()).toBe('summary');
  });
});

describe('an unfinished question', () => {
  it('is asked again in the other language when the language changes, at every step', async () => {
    await chat.command('ask');
    const words = [
      '1',
      '1',
      '2',
      '2',
      '1',
      'Nguyễn Thị Hoa',
      'Phường Rạch Giá',
      '12 Trần Phú',
      'skip',
      'skip',
      'y tế',
      QUESTION,
      'xong',
    ];
    for (const word of [...words, undefined]) {
      const step = chat.step();
      await chat.command('language', 'en');
      expect(chat.step()).toBe(step);
      expect(chat.turn().show).toHaveLength(2);
      const english = chat.turn().show[1]?.message;
      expect(english?.buttons?.flat().some(({ title }) => title.includes('Cancel'))).toBe(true);
      await chat.command('language', 'vi');
      if (word !== undefined) await chat.type(word);
    }
    expect(chat.step()).toBe('summary');
  });

  it('is finished in English by somebody who switched on the way', async () => {
    await chat.command('ask');
    await typeAll('tiếp tục', 'có');
    await chat.command('language', 'en');
    await typeAll(
      'no',
      'no',
      'Citizen',
      'John Smith',
      'rach gia',
      '1',
      '12 Tran Phu',
      'skip',
      'skip',
      'Land',
      'How long does a land certificate take?',
      'done',
    );
    const said = await chat.press('Send the question');
    expect(said).toContain('has been received');
    expect(said).toContain('Friday 27/11/2026');
    expect(chat.fake.questions[0]?.consents.map(({ textVersion }) => textVersion.slice(-2))).toEqual([
      'vi',
      'en',
      'en',
    ]);
  });

  it('is not thrown away by a second /ask', async () => {
    await toSummary(chat);
    expect(await chat.command('ask')).toContain(t('ask:unfinished'));
    expect(chat.step()).toBe('summary');
  });

  it('goes on below the answer to any other command', async () => {
    await chat.command('ask');
    await chat.type('tiếp tục');
    for (const name of [
      'start',
      'status',
      'myquestions',
      'schedule',
      'unsubscribe',
      'privacy',
      'mydata',
      'help',
      'nonsense',
    ]) {
      await chat.command(name);
      expect(chat.said(), name).toContain('1. Lưu câu hỏi');
      expect(chat.step(), name).toBe('record');
    }
  });

  it('waits while the person subscribes or confirms something, and is asked again afterwards', async () => {
    await chat.command('ask');
    await typeAll('tiếp tục');
    await chat.command('subscribe');
    await typeAll('tất cả', 'có');
    expect(chat.step()).toBe('record');
    expect(chat.said()).toContain('1. Lưu câu hỏi');
    await chat.command('forget');
    await typeAll('không');
    expect(chat.step()).toBe('record');
  });

  it('takes a press on its own question while another one stands open', async () => {
    await chat.command('ask');
    const go = chat.buttons().find(({ title }) => title === 'Tiếp tục')?.data ?? '';
    await chat.command('subscribe');
    await chat.pressData(go);
    expect(chat.said()).toContain('1. Lưu câu hỏi');
    await chat.type('có');
    expect(chat.said()).toContain('2. Nêu tên');
  });

  it('ends at /cancel at every step', async () => {
    for (const steps of [0, 1, 5, 9]) {
      chat = createChatScript();
      await chat.command('ask');
      await typeAll(
        ...['1', 'có', 'có', 'không', '1', 'Hoa Nguyễn', 'Phường Rạch Giá', '12 Trần Phú', 'skip'].slice(
          0,
          steps,
        ),
      );
      expect(await chat.command('cancel')).toBe(t('common:cancelled'));
      expect(chat.chat().flows).toEqual({});
    }
  });

  it('tells an old button from the current question, on both phones', async () => {
    await chat.command('ask');
    const old = chat.buttons()[0]?.data ?? '';
    await chat.type('1');
    expect(await chat.pressData(old)).toContain(t('common:oldButton'));
    expect(chat.said()).toContain('1. Lưu câu hỏi');
    expect(await chat.pressData(buttonData('telegram:999', 'record', 'yes'))).toContain(
      t('common:oldButton'),
    );
    expect(chat.step()).toBe('record');
  });

  it('goes on after a deploy that changed the flow, with what can be kept', async () => {
    await chat.command('ask');
    await typeAll('1', 'có', 'có', 'không', '1', 'Nguyễn Thị Hoa');
    const [key, state] = Object.entries(chat.chat().flows)[0] ?? [];
    if (!key || !state) throw new Error('no flow');
    const old = {
      ...state,
      version: 0,
      draft: { ...(state.draft as object), kind: 'no longer known', extra: 1 },
    };
    chat.setChat({ ...chat.chat(), flows: { [key]: old } });
    await chat.type('Phường Rạch Giá');
    expect(chat.step()).toBe('address');
    expect(draft()).toEqual(expect.objectContaining({ name: 'Nguyễn Thị Hoa', place: 'rach-gia' }));
    expect(draft()).not.toHaveProperty('kind');
    await typeAll('12 Trần Phú', 'skip', 'skip', 'đất đai', QUESTION, 'xong', 'gửi');
    expect(chat.step()).toBe('kind'); // what was lost is asked before anything is sent
    await chat.type('1');
    await chat.type('gửi');
    expect(chat.fake.questions).toHaveLength(1);
  });

  it('has lapsed after a week of silence', async () => {
    await chat.command('ask');
    await chat.type('tiếp tục');
    const button = chat.buttons()[0]?.data ?? '';
    chat.clock.advance(7 * 86_400_000);
    expect(await chat.pressData(button)).toBe(t('common:oldButtonNoFlow'));
    expect(chat.chat().flows).toEqual({});
  });
});

describe('on a channel with few buttons', () => {
  it('is asked with numbers and words alone, and gives the same question', async () => {
    await toSummary(chat);
    await chat.press('Gửi');
    const zalo = createChatScript({ capabilities: ZALO });
    await toSummary(zalo);
    expect(zalo.shown().every(({ buttons }) => (buttons?.flat().length ?? 0) <= 5)).toBe(true);
    expect(zalo.said()).toContain('1. 📨 Gửi câu hỏi');
    await zalo.type('1');
    expect(zalo.fake.questions).toEqual(chat.fake.questions);
  });

  it('reads a button whose data came back as text', async () => {
    const zalo = createChatScript({ capabilities: ZALO });
    await zalo.command('ask');
    await zalo.type(zalo.buttons()[0]?.data ?? '');
    expect(zalo.step()).toBe('record');
    await zalo.type(buttonData('telegram:1', 'intro', 'go'));
    expect(zalo.said()).toContain(t('common:oldButton'));
  });

  it('works with no buttons at all', async () => {
    const plain = createChatScript({ capabilities: { ...ZALO, maxButtons: 0 } });
    await toSummary(plain);
    expect(plain.shown().every(({ buttons }) => buttons === undefined)).toBe(true);
    await plain.type('gửi');
    expect(plain.fake.questions).toHaveLength(1);
  });
});
