import { beforeEach, describe, expect, it } from 'vitest';
import { citizenCommandHints, CITIZEN_COMMANDS } from '../../src/bot/citizen/commands.js';
import { createChatScript, QUESTION, texts, toSummary, ZALO, type ChatScript } from './chatScript.js';

const t = (key: string, values?: Record<string, string | number>, lang: 'vi' | 'en' = 'vi'): string =>
  texts.plain({ key, ...(values ? { values } : {}) }, lang);

let chat: ChatScript;
beforeEach(() => {
  chat = createChatScript();
});

async function send(content = QUESTION): Promise<string> {
  const number = chat.fake.questions.length;
  await chat.command('ask');
  if (number === 0) {
    await chat.command('cancel');
    await toSummary(chat, content);
  } else
    for (const words of ['1', 'có', 'không', 'không', '1', 'đất đai', content, 'xong'])
      await chat.type(words);
  await chat.type('gửi');
  return chat.fake.questions[number]?.code ?? 'none';
}
const first = () => {
  const question = chat.fake.questions[0];
  if (!question) throw new Error('no question');
  return question;
};

describe('/start', () => {
  it('greets in Vietnamese, with the ways to begin', async () => {
    expect(await chat.command('start')).toContain('Kính chào Ông/Bà');
    await chat.press('Đặt câu hỏi');
    expect(chat.step()).toBe('intro');
  });

  it('greets in English somebody whose client is English', async () => {
    const english = createChatScript({ language: 'en-GB' });
    expect(await english.command('start')).toContain('Welcome');
    expect(english.chat().language).toBe('en');
  });

  it('follows a link to asking, to a status, to a subscription', async () => {
    await chat.command('start', 'ask');
    expect(chat.step()).toBe('intro');
    await chat.command('cancel');
    await send();
    expect(await chat.command('start', 'status_KG-2026-000001')).toContain('Câu hỏi KG-2026-000001');
    await chat.command('start', 'subscribe');
    expect(chat.step()).toBe('topics');
    await chat.command('cancel');
    expect(await chat.command('start', 'no_such_thing')).toContain('Kính chào');
  });

  it('answers a greeting in words like /start', async () => {
    expect(await chat.type('Xin chào')).toContain('Kính chào Ông/Bà');
    expect(chat.chat().flows).toEqual({});
  });
});

describe('/status', () => {
  it.each(['KG-2026-000001', 'kg 2026 1', '1', '#1', 'KG2026000001'])(
    'shows one’s own question for %s',
    async (typed) => {
      await send();
      const said = await chat.command('status', typed);
      expect(said).toContain('Câu hỏi KG-2026-000001');
      expect(said).toContain(t('common:stage.received'));
      expect(said).toContain('thứ Sáu, 27/11/2026');
      expect(said).toContain('giấy chứng nhận');
    },
  );

  it('understands a code that is typed alone', async () => {
    await send();
    expect(await chat.type('kg-2026-000001')).toContain('Câu hỏi KG-2026-000001');
  });

  it('says how to write it', async () => {
    expect(await chat.command('status')).toBe(t('citizen:status.how'));
    expect(await chat.command('status', 'my question')).toBe(t('citizen:status.badCode'));
    expect(await chat.command('status', '999')).toBe(t('citizen:status.unknown', { code: 'KG-2026-000999' }));
  });

  it('tells the same of somebody else’s question as of one that does not exist', async () => {
    await send();
    first().asker.person = 'somebody else';
    expect(await chat.command('status', '1')).toBe(t('citizen:status.unknown', { code: 'KG-2026-000001' }));
  });

  it('shows stage and unit of a public question, and nothing of who asked or what', async () => {
    await send();
    Object.assign(first(), { stage: 'published', unit: 'so-nnmt' });
    first().asker.person = 'somebody else';
    const said = await chat.command('status', '1');
    expect(said).toContain(t('common:stage.published'));
    expect(said).toContain('Sở Nông nghiệp và Môi trường');
    expect(said).not.toMatch(/Hoa|Trần Phú|0912|giấy chứng nhận/);
    expect(chat.buttons()).toEqual([]);
  });

  it('never shows a suspected complaint of somebody else', async () => {
    await send();
    Object.assign(first(), { stage: 'published', suspected: 'complaint' });
    first().asker.person = 'somebody else';
    expect(await chat.command('status', '1')).toContain('chưa được công khai');
  });

  it('shows the reason of a rejection, the request of the board, and the answer with who is responsible', async () => {
    await send();
    const question = first();
    const event = { id: 'e', at: chat.clock.now(), by: 'telegram:7', from: null, to: question.stage };
    question.events.push({ ...event, action: 'reject', text: 'Không thuộc phạm vi' });
    question.stage = 'rejected';
    expect(await chat.command('status', '1')).toContain('Không thuộc phạm vi');
    question.events.push({ ...event, action: 'askMore', text: 'Thửa đất ở đâu?' });
    question.stage = 'clarifying';
    expect(await chat.command('status', '1')).toContain('Thửa đất ở đâu?');
    question.stage = 'published';
    question.answer = {
      text: 'Gồm 5 bước <a>',
      attachments: [],
      unit: 'so-nnmt',
      responsible: 'Ông A, Giám đốc',
      by: 'x',
      at: event.at,
    };
    const said = await chat.command('status', '1');
    expect(said).toContain('Gồm 5 bước <a>');
    expect(said).toContain('Ông A, Giám đốc');
  });

  it('does not show an answer that the board has not approved', async () => {
    await send();
    Object.assign(first(), {
      stage: 'answered',
      answer: {
        text: 'Bản nháp',
        attachments: [],
        unit: 'so-nnmt',
        responsible: 'A',
        by: 'x',
        at: chat.clock.now(),
      },
    });
    expect(await chat.command('status', '1')).not.toContain('Bản nháp');
  });

  it('withdraws a question after a confirmation, and only while the life cycle allows it', async () => {
    await send();
    await chat.command('status', '1');
    await chat.press('Rút câu hỏi');
    expect(chat.said()).toBe(t('citizen:withdraw.sure', { code: 'KG-2026-000001' }));
    expect(await chat.type('không')).toBe(t('citizen:nothingDone'));
    await chat.pressData('withdraw|KG-2026-000001');
    expect(await chat.press('Có')).toBe(t('citizen:withdraw.done', { code: 'KG-2026-000001' }));
    expect(first().stage).toBe('withdrawn');
    await chat.command('status', '1');
    expect(chat.buttons().map(({ data }) => data)).toEqual(['mine|0']);
    await chat.pressData('withdraw|KG-2026-000001');
    expect(await chat.type('1')).toBe(t('citizen:problem.wrong-stage', { code: 'KG-2026-000001' }));
  });

  it('lets nobody withdraw or clarify somebody else’s question', async () => {
    await send();
    first().asker.person = 'somebody else';
    for (const data of ['withdraw|KG-2026-000001', 'clarify|KG-2026-000001'])
      expect(await chat.pressData(data)).toBe(t('citizen:status.unknown', { code: 'KG-2026-000001' }));
    expect(chat.chat().flows).toEqual({});
  });
});

describe('/myquestions', () => {
  it('says so when there are none', async () => {
    expect(await chat.command('myquestions')).toBe(t('citizen:mine.none'));
  });

  it('shows the newest first, a page at a time, each with its status a press away', async () => {
    for (let i = 0; i < 7; i++) await send(`Câu hỏi số ${i} về thủ tục đất đai?`);
    expect(await chat.command('myquestions')).toContain('trang 1/2');
    expect(chat.said()).toMatch(/KG-2026-000007[^]*KG-2026-000003/);
    await chat.press('Trang sau');
    expect(chat.said()).toMatch(/KG-2026-000002[^]*KG-2026-000001/);
    await chat.press('KG-2026-000001');
    expect(chat.said()).toContain('Câu hỏi số 0');
    expect(await chat.command('myquestions', '2')).toContain('trang 2/2');
    expect(await chat.command('myquestions', '99')).toContain('trang 2/2');
  });

  it('fits a channel with five buttons', async () => {
    chat = createChatScript({ capabilities: ZALO });
    for (let i = 0; i < 7; i++) await send(`Câu hỏi số ${i} về thủ tục đất đai?`);
    await chat.command('myquestions', '2');
    expect(chat.buttons().map(({ data }) => data.split('|')[0])).toEqual([
      'status',
      'status',
      'status',
      'mine',
      'mine',
    ]);
  });
});

describe('reminders', () => {
  it('are agreed to by topic, with a consent and proof of their own', async () => {
    await chat.command('subscribe');
    await chat.press('Đất đai');
    expect(chat.buttons().find(({ title }) => title.includes('Đất đai'))?.title).toBe('✅ Đất đai');
    await chat.type('3, 4');
    await chat.type('3');
    await chat.press('Xong');
    expect(chat.said()).toBe(t('citizen:subscribe.consent'));
    expect(await chat.type('có')).toBe(t('citizen:subscribe.doneSome'));
    expect(chat.fake.calls).toEqual(['subscribe dat-dai,giao-thong']);
    expect(chat.fake.people.get('person1')?.consents.at(-1)).toMatchObject({
      purpose: 'reminders',
      given: true,
      textVersion: '2026-11-23/vi',
    });
  });

  it('ticks a topic in the message that shows the list', async () => {
    await chat.command('subscribe');
    const slot = chat.turn().show[0]?.slot;
    await chat.press('Đất đai');
    expect(chat.turn().show[0]?.slot).toBe(slot);
    await chat.press('Trang sau');
    await chat.press('Doanh nghiệp');
    expect(chat.turn().show[0]).toMatchObject({ slot });
    expect(chat.buttons().some(({ title }) => title.startsWith('✅ Doanh nghiệp'))).toBe(true);
  });

  it('are not sent to somebody who says no', async () => {
    await chat.command('subscribe');
    await chat.type('tất cả');
    expect(await chat.type('không')).toBe(t('citizen:subscribe.refused'));
    expect(chat.fake.calls).toEqual([]);
  });

  it('end at /unsubscribe, which says so too when there were none', async () => {
    await chat.command('subscribe');
    await chat.type('tất cả');
    await chat.type('có');
    expect(await chat.command('unsubscribe')).toBe(t('citizen:unsubscribed'));
    expect(await chat.pressData('sub|off')).toBe(t('citizen:notSubscribed'));
  });
});

describe('/schedule', () => {
  it('shows the next airing, its reruns, and its questions without personal data', async () => {
    await send('Tôi là Nguyễn Thị Hoa, số 0912345678, xin hỏi lịch cấp giấy chứng nhận?');
    first().episodeTrack = 'chosen';
    const said = await chat.command('schedule');
    expect(said).toContain('18:30 thứ Bảy, 05/12/2026, kênh KG');
    expect(said).toContain('Phát lại: 21:00 thứ Bảy, 05/12/2026, kênh KG1');
    expect(said).toContain('xin hỏi lịch cấp giấy chứng nhận');
    expect(said).not.toMatch(/Nguyễn Thị Hoa|0912345678/);
  });

  it('says so when no question was chosen yet', async () => {
    expect(await chat.command('schedule')).toContain(t('citizen:schedule.noQuestions'));
  });
});

describe('/language', () => {
  it.each([
    ['en', 'en'],
    ['English', 'en'],
    ['tiếng Anh', 'en'],
    ['vi', 'vi'],
    ['Tiếng Việt', 'vi'],
  ] as const)('understands %s', async (typed, language) => {
    expect(await chat.command('language', typed)).toBe(t('common:languageChanged', undefined, language));
    expect(chat.chat().language).toBe(language);
    expect(chat.fake.people.get('person1')?.language).toBe(language);
  });

  it('offers the languages, and says which there are', async () => {
    await chat.command('language');
    expect(await chat.press('English')).toBe(t('common:languageChanged', undefined, 'en'));
    expect(await chat.command('language', 'français')).toBe(t('citizen:language.unknown', undefined, 'en'));
  });
});

describe('personal data', () => {
  it('/privacy tells what is kept, and what was agreed to', async () => {
    expect(await chat.command('privacy')).toContain(t('citizen:privacy.noProfile'));
    await send();
    const said = await chat.command('privacy');
    expect(said).toContain(t('citizen:privacy.profile'));
    expect(said).toContain(t('citizen:privacy.questions', { questions: 1 }));
    expect(said).toContain('Lưu câu hỏi: Có');
    expect(said).toContain('Nêu tên trên sóng: Không');
  });

  it('/mydata sends everything as a JSON file', async () => {
    await send();
    await chat.command('mydata');
    const attachment = chat.turn().show[0]?.message.attachment;
    if (!attachment || !('bytes' in attachment)) throw new Error('no file');
    expect(attachment).toMatchObject({ kind: 'file', name: 'my-data.json', mime: 'application/json' });
    expect(JSON.parse(new TextDecoder().decode(attachment.bytes))).toMatchObject({
      person: { id: 'person1' },
      questions: [{ code: 'KG-2026-000001' }],
    });
  });

  it('/forget asks first, and then drops what was unfinished too', async () => {
    await send();
    await chat.command('ask');
    await chat.command('forget');
    expect(await chat.type('có')).toBe(t('citizen:forget.done', { questions: 1 }));
    expect(chat.chat().flows).toEqual({});
    expect(chat.fake.people.has('person1')).toBe(false);
  });

  it('/forget changes nothing for somebody who is not sure', async () => {
    await chat.command('forget');
    expect(await chat.type('không')).toBe(t('citizen:nothingDone'));
    expect(chat.fake.calls).toEqual([]);
  });
});

describe('what the board asked for', () => {
  beforeEach(async () => {
    await send();
    first().stage = 'clarifying';
    first().events.push({
      id: 'e',
      action: 'askMore',
      at: chat.clock.now(),
      by: 'x',
      from: 'received',
      to: 'clarifying',
      text: 'Thửa đất ở đâu?',
    });
  });

  it('is sent as several messages and photos until done', async () => {
    expect(await chat.pressData('clarify|KG-2026-000001')).toContain('Thửa đất ở đâu?');
    await chat.type('Ở ấp Tân Hưng.');
    await chat.photo({ caption: 'Bản đồ' });
    expect(await chat.type('xong')).toContain('KG-2026-000001');
    expect(chat.fake.calls).toEqual(['clarify KG-2026-000001 Ở ấp Tân Hưng.\n\nBản đồ']);
    expect(first().stage).toBe('received');
  });

  it('may be a photo alone, but not nothing', async () => {
    await chat.pressData('clarify|KG-2026-000001');
    await chat.type('xong');
    expect(chat.step()).toBe('content');
    await chat.photo();
    await chat.type('xong');
    expect(first().stage).toBe('received');
  });

  it('keeps what was written when the button is pressed again', async () => {
    await chat.pressData('clarify|KG-2026-000001');
    await chat.type('Ở ấp Tân Hưng.');
    await chat.pressData('clarify|KG-2026-000001');
    await chat.type('xong');
    expect(chat.fake.calls).toEqual(['clarify KG-2026-000001 Ở ấp Tân Hưng.']);
  });

  it('is no longer wanted when the board went on meanwhile', async () => {
    await chat.pressData('clarify|KG-2026-000001');
    await chat.type('Ở ấp Tân Hưng.');
    first().stage = 'rejected';
    expect(await chat.type('xong')).toBe(t('citizen:problem.wrong-stage', { code: 'KG-2026-000001' }));
    expect(await chat.pressData('clarify|KG-2026-000001')).toBe(
      t('citizen:clarify.notNow', { code: 'KG-2026-000001' }),
    );
  });
});

describe('outside any conversation', () => {
  it('offers to take a text as the question, and keeps it', async () => {
    expect(await chat.type(QUESTION)).toContain('Ông/Bà muốn gửi nội dung này');
    await chat.press('Có');
    for (const words of [
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
      'đất đai',
    ])
      await chat.type(words);
    expect(chat.said()).toContain(QUESTION);
    await chat.type('xong');
    await chat.type('gửi');
    expect(first().content).toBe(QUESTION);
  });

  it('keeps a first message that is only a photo, and what follows it', async () => {
    await chat.photo();
    expect(chat.said()).toBe(t('citizen:offer.files', { files: 1 }));
    await chat.type(QUESTION);
    await chat.command('ask');
    expect(Object.values(chat.chat().flows)[0]?.draft).toMatchObject({
      parts: [QUESTION],
      attachments: [{ kind: 'photo' }],
    });
    expect(chat.step()).toBe('intro');
  });

  it('keeps nothing when the person does not want it', async () => {
    await chat.type(QUESTION);
    expect(await chat.type('không')).toBe(t('citizen:offer.declined'));
    expect(chat.chat().flows).toEqual({});
  });

  it.each([
    [{ kind: 'unsupported', messageId: 'm', what: 'sticker' }, 'citizen:loose.unsupported'],
    [{ kind: 'edited', messageId: 'm' }, 'citizen:loose.edited'],
    [{ kind: 'contact', messageId: 'm', phone: '0912345678' }, 'citizen:loose.contact'],
    [{ kind: 'text', messageId: 'm', text: ' \n ' }, 'citizen:loose.empty'],
  ] as const)('answers %o', async (event, key) => {
    expect(await chat.hear(event)).toBe(t(key));
  });

  it('answers a text of 100 kB and a file of a wrong kind with why they are not taken', async () => {
    expect(await chat.type('a'.repeat(100_000))).toContain('96500');
    expect(await chat.photo({ document: true, name: 'x.exe', mime: 'application/x-msdownload' })).toContain(
      t('ask:content.wrongFile'),
    );
    expect(chat.chat().flows).toEqual({});
  });

  it('says nothing when the bot was blocked', async () => {
    await chat.hear({ kind: 'reachable', reachable: false });
    expect(chat.turn().show).toEqual([]);
  });

  it('answers an unknown command, an unknown button and /cancel', async () => {
    expect(await chat.command('nonsense')).toBe(t('help:unknown', { command: '/nonsense' }));
    expect(await chat.pressData('approve|KG-2026-000001')).toBe(t('common:oldButtonNoFlow'));
    expect(await chat.command('cancel')).toBe(t('citizen:nothingToCancel'));
    await chat.pressData('noop');
    expect(chat.turn().show).toEqual([]);
  });

  it('tells somebody who is blocked', async () => {
    await chat.command('start');
    const person = chat.fake.people.get('person1');
    if (person) person.blocked = { by: 'telegram:1', at: chat.clock.now(), reason: 'spam' };
    expect(await chat.command('ask')).toBe(t('citizen:problem.blocked'));
  });

  it('helps in both languages with every command', async () => {
    expect(await chat.command('help')).toContain('/mydata');
    for (const lang of ['vi', 'en'] as const) {
      const hints = citizenCommandHints(texts, lang);
      expect(hints.map(({ name }) => name)).toEqual([...CITIZEN_COMMANDS]);
      for (const { name, description } of hints) {
        expect(description).not.toBe('');
        if (name !== 'start' && name !== 'help')
          expect(t('help:citizen', undefined, lang)).toContain(`/${name}`);
      }
    }
  });

  it('gives every message of a turn an id that follows from the update', async () => {
    await chat.command('ask');
    await chat.command('help');
    expect(chat.turn().show.map(({ id }) => id)).toEqual(['telegram:2:0', 'telegram:2:1']);
  });

  it('gives every button data of at most 64 bytes without personal data', async () => {
    await send();
    for (const name of CITIZEN_COMMANDS) await chat.command(name);
    await chat.pressData('clarify|KG-2026-000001');
    const data = chat
      .shown()
      .flatMap(({ buttons }) => buttons?.flat() ?? [])
      .map((button) => button.data);
    expect(data.length).toBeGreaterThan(50);
    for (const one of data) {
      expect(Buffer.byteLength(one)).toBeLessThanOrEqual(64);
      expect(one).not.toMatch(/Hoa|0912|Trần/);
    }
  });
});
