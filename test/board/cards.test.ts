import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerCard } from '../../src/bot/cards/answerCard.js';
import { fitsCardData, readCardData, writeCardData, type CardAction } from '../../src/bot/cards/cardData.js';
import { shownLength, type CardContext } from '../../src/bot/cards/cardContext.js';
import { cutText } from '../../src/bot/cards/cutText.js';
import { dueLines, shortDates } from '../../src/bot/cards/dueLines.js';
import { maskPersonal } from '../../src/bot/cards/maskPersonal.js';
import { questionCard } from '../../src/bot/cards/questionCard.js';
import { unitCard } from '../../src/bot/cards/unitCard.js';
import { createTexts, stripMarkup } from '../../src/bot/texts.js';
import { DEFAULT_PLACES } from '../../src/domain/defaultPlaces.js';
import { DEFAULT_TOPICS } from '../../src/domain/defaultTopics.js';
import { DEFAULT_UNITS } from '../../src/domain/defaultUnits.js';
import { ACTIONS, STAGES, type Asker, type Question, type QuestionEvent } from '../../src/domain/question.js';

const texts = createTexts();
const AT = new Date('2026-11-23T02:00:00Z');
const CODE = 'KG-2026-000123';

const context = (lang: 'vi' | 'en' = 'vi'): CardContext => ({
  texts,
  lang,
  capabilities: { maxText: 4096, maxButtons: 100, maxButtonTitle: 64 },
  due: {
    dueDate: '2026-11-26',
    dueAt: new Date('2026-11-26T16:59:59.999Z'),
    overdue: false,
    paused: false,
    days: [
      { date: '2026-11-23', counted: null, why: 'received' },
      { date: '2026-11-24', counted: 1, why: 'weekday' },
      { date: '2026-11-25', counted: 2, why: 'weekday' },
      { date: '2026-11-26', counted: 3, why: 'weekday' },
    ],
  },
  topics: DEFAULT_TOPICS,
  units: DEFAULT_UNITS,
  placeName: (id) => DEFAULT_PLACES.find((place) => place.id === id)?.name,
});

const syllable = fc.constantFrom(
  'Nguyễn',
  'Trần',
  'Thị',
  'Văn',
  'Hoà',
  'Ngọc',
  'Đặng',
  'Quỳnh',
  'Phương',
  'Xuân',
);
const asker: fc.Arbitrary<Asker> = fc.record({
  person: fc.constant('p1'),
  kind: fc.constantFrom('citizen' as const, 'business' as const, 'organisation' as const),
  name: fc.array(syllable, { minLength: 2, maxLength: 4 }).map((parts) => parts.join(' ')),
  place: fc.constantFrom('rach-gia', 'somewhere-else'),
  address: fc
    .tuple(fc.integer({ min: 1, max: 999 }), syllable, syllable)
    .map(([n, a, b]) => `${n}/7 đường ${a} ${b}`),
  email: fc
    .tuple(fc.stringMatching(/^[a-z]{4,10}$/), fc.stringMatching(/^[a-z]{4,8}$/))
    .map(([a, b]) => `${a}@${b}.vn`),
  phone: fc.stringMatching(/^9\d{8}$/).map((digits) => `+84${digits}`),
});

/** A text into which the asker wrote their own details, in the ways people do. */
const content = (of: Asker): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.lorem({ maxCount: 6 }),
        fc.constantFrom(
          `Tôi là ${of.name}.`,
          `tôi tên ${of.name.toUpperCase()}, ở ${of.address}`,
          `Số ĐT: 0${(of.phone ?? '').slice(3)}`,
          `gọi ${(of.phone ?? '').replace(/(\d{3})$/, ' $1')}`,
          `0${(of.phone ?? '').slice(3, 6)}.${(of.phone ?? '').slice(6, 9)}.${(of.phone ?? '').slice(9)}`,
          `mail ${of.email ?? ''} nhé <b>&`,
        ),
      ),
      { minLength: 1, maxLength: 60 },
    )
    .map((parts) => parts.join('\n'));

const question: fc.Arbitrary<Question> = asker.chain((who) =>
  fc
    .record({
      stage: fc.constantFrom(...STAGES),
      episodeTrack: fc.constantFrom('none' as const, 'chosen' as const, 'aired' as const),
      words: content(who),
      actions: fc.array(fc.tuple(fc.constantFrom(...ACTIONS), content(who)), { maxLength: 12 }),
      long: fc.boolean(),
      unit: fc.constantFrom('so-nnmt', 'gone-unit'),
      suspected: fc.constantFrom(undefined, 'complaint' as const, 'denunciation' as const),
      verified: fc.boolean(),
    })
    .map(({ stage, episodeTrack, words, actions, long, unit, suspected, verified }): Question => ({
      code: CODE,
      year: 2026,
      number: 123,
      version: 1,
      cause: 'telegram:1',
      stage,
      episodeTrack,
      ...(episodeTrack === 'none' ? {} : { episode: '2026-12-1' }),
      channel: 'telegram',
      asker: who,
      consents: [],
      topic: 'dat-dai',
      content: long ? `${words}\n${'&<>😀'.repeat(400)}` : words,
      folded: '',
      attachments: [{ channel: 'telegram', fileRef: 'f', kind: 'photo' }],
      ...(suspected ? { suspected } : {}),
      receivedAt: AT,
      pauses: [],
      dueAt: AT,
      unit,
      verified,
      assignee: 'telegram:2',
      answer: {
        text: 'Trả lời của đơn vị.',
        attachments: [],
        unit,
        responsible: 'Lê A, Giám đốc',
        by: 'telegram:5',
        at: AT,
      },
      events: actions.map(([action, text], n): QuestionEvent => ({
        id: `e${n}`,
        action,
        at: AT,
        by: n % 2 ? 'telegram:2' : 'person:p1',
        ...(n % 2 ? { byName: 'Biên tập viên' } : {}),
        from: stage,
        to: stage,
        text,
        unit,
      })),
    })),
);

const cardsOf = (one: Question, lang: 'vi' | 'en') => [
  questionCard(one, context(lang)),
  unitCard(one, 'so-nnmt', context(lang)),
  answerCard(one, context(lang)) ?? { text: '' },
];

describe('a card, of any question', () => {
  it('has nothing of who asked: no name, address, e-mail or telephone number, in text or data', () => {
    fc.assert(
      fc.property(question, fc.constantFrom('vi' as const, 'en' as const), (one, lang) => {
        const { name, address, email = '', phone = '' } = one.asker;
        const secrets = [name, address, email, phone, phone.slice(3)].map((secret) => secret.toLowerCase());
        for (const card of cardsOf(one, lang)) {
          const all = `${card.text} ${JSON.stringify(card.buttons ?? [])}`.toLowerCase();
          const digits = all.replace(/[ .]/g, '');
          for (const secret of secrets) expect(all).not.toContain(secret);
          expect(digits).not.toContain(phone.slice(3));
        }
      }),
      { numRuns: 80 },
    );
  });

  it('fits into one message, its data into 64 bytes, its titles into a button, and its markup is closed', () => {
    fc.assert(
      fc.property(question, (one) => {
        for (const card of cardsOf(one, 'vi')) {
          expect(shownLength(card.text)).toBeLessThanOrEqual(4096);
          expect(card.text.replace(/<\/?(?:b|i|code)>/g, '')).not.toMatch(/[<>]/);
          for (const { data, title } of (card.buttons ?? []).flat()) {
            expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
            expect(title.length).toBeLessThanOrEqual(64);
            expect(readCardData(data)).toMatchObject({ code: CODE });
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('fits even where messages and buttons are few', () => {
    fc.assert(
      fc.property(question, (one) => {
        const small = { ...context(), capabilities: { maxText: 2000, maxButtons: 5, maxButtonTitle: 20 } };
        const card = questionCard({ ...one, events: [] }, small);
        expect(shownLength(card.text)).toBeLessThanOrEqual(2000);
        expect((card.buttons ?? []).flat().length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('callback data', () => {
  it('is read back as it was written', () => {
    const actions: CardAction[] = ['approve', 'reportDifficulty', 'setTopic', 'units'];
    fc.assert(
      fc.property(
        fc.constantFrom(...actions),
        fc.stringMatching(/^[a-z0-9-]{1,24}$/),
        fc.option(fc.stringMatching(/^[\w-]{8}$/), { nil: undefined }),
        (action, arg, list) => {
          const data = { action, code: CODE, arg, ...(list === undefined ? {} : { list }) };
          expect(fitsCardData(arg)).toBe(true);
          expect(readCardData(writeCardData(data))).toEqual(data);
        },
      ),
    );
  });

  it('of anybody else is refused or harmless', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (data) => {
        const read = readCardData(data);
        if (read) expect(writeCardData(read)).toBe(data);
      }),
    );
  });

  it('never exceeds 64 bytes: an id that does not fit is refused where it is written', () => {
    expect(() => writeCardData({ action: 'route', code: CODE, arg: 'x'.repeat(25) })).toThrow(RangeError);
    expect(() => writeCardData({ action: 'route', code: CODE, arg: 'sở|x' })).toThrow(RangeError);
  });
});

describe('the due line', () => {
  const [line] = dueLines({ stage: 'received' }, context().due);
  it('says the date and how it was counted', () => {
    expect(line && texts.plain(line, 'vi')).toBe('⏰ Hạn chuyển 26/11 (ngày làm việc thứ 3: 24, 25, 26/11)');
    expect(line && texts.plain(line, 'en')).toBe(
      '⏰ To be handed over by 26/11 (working day 3: 24, 25, 26/11)',
    );
  });

  it.each([
    [{ paused: true }, '⏸'],
    [{ overdue: true }, '🔴 Quá hạn'],
  ])('tells %j', (state, words) => {
    const [told] = dueLines({ stage: 'received' }, { ...context().due, ...state });
    expect(told && texts.plain(told, 'vi')).toContain(words);
  });

  it('ends with handing over, and with the question', () => {
    expect(dueLines({ stage: 'rejected' }, context().due)).toEqual([]);
    const [told] = dueLines({ stage: 'routed', handedOverAt: AT }, context().due);
    expect(told && texts.plain(told, 'vi')).toContain('Đã chuyển đơn vị: 09:00 23/11/2026');
  });

  it('puts the month after the last day of it', () => {
    expect(shortDates(['2026-11-27', '2026-11-30', '2026-12-01', '2026-12-02'])).toBe('27, 30/11, 1, 2/12');
  });
});

describe('covering personal details', () => {
  const who = {
    name: 'Nguyễn Thị Hoà',
    address: 'Ấp Minh Phú',
    email: 'hoa@example.vn',
    phone: '+84912345678',
  };
  it.each([
    ['Gọi 0912 345 678 hoặc 0297-3.863.863', 'Gọi ••• hoặc •••'],
    ['+84 (0) 912345678', '•••'],
    ['Tiền đền bù 1.250.000.000 đồng năm 2021', 'Tiền đền bù 1.250.000.000 đồng năm 2021'],
    ['Quyết định 1654/NQ-UBTVQH15 ngày 16/6/2025', 'Quyết định 1654/NQ-UBTVQH15 ngày 16/6/2025'],
    ['nguyễn thị  hoà, ẤP MINH PHÚ', '•••, •••'],
    ['Thư về a.b+c@mail.example.com.', 'Thư về •••.'],
  ])('%s', (typed, shown) => {
    expect(maskPersonal(typed, who)).toBe(shown);
  });
});

describe('cutting', () => {
  it('keeps to the limit and never splits a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 0, max: 60 }),
        (text, max) => {
          const cut = cutText(text, max);
          expect(cut.length).toBeLessThanOrEqual(max);
          expect(Buffer.from(cut, 'utf8').toString('utf8')).toBe(cut);
          if (text.length <= max) expect(cut).toBe(text);
        },
      ),
    );
  });
});

describe('the card of an answer', () => {
  it('cuts what one message cannot hold, and offers the whole', () => {
    fc.assert(
      fc.property(question, fc.integer({ min: 1, max: 2_000 }), (one, times) => {
        const text = 'Trả lời <đầy đủ>. '.repeat(times).trim();
        const answer = { ...(one.answer ?? never()), text };
        const card = answerCard({ ...one, answer }, context());
        expect(shownLength(card?.text ?? '')).toBeLessThanOrEqual(4096);
        const offers = JSON.stringify(card?.buttons ?? []).includes('answerText|');
        expect(offers).toBe(!stripMarkup(card?.text ?? '').includes(text));
      }),
      { numRuns: 40 },
    );
  });
});

function never(): never {
  throw new Error('the generated question has an answer');
}
