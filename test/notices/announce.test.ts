import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAnnounce } from '../../src/bot/notices/createAnnounce.js';
import { commandMenus } from '../../src/bot/commandMenus.js';
import { LANGS, createTexts, stripMarkup } from '../../src/bot/texts.js';
import type { Show } from '../../src/bot/turn.js';
import { DEFAULT_TOPICS } from '../../src/domain/defaultTopics.js';
import { ACTIONS, type Question, type QuestionEvent } from '../../src/domain/question.js';
import type { Airing, Episode } from '../../src/domain/schedule.js';
import { ERROR_CODES } from '../../src/services/refuse.js';
import type { Due, Lang, Member, PersonRecord, Unit } from '../../src/services/services.js';

const texts = createTexts();
const AT = new Date('2026-11-25T02:00:00Z');
const BOARD = 'telegram:-100';
const UNIT: Unit = {
  id: 'so-nnmt',
  name: 'Sở Nông nghiệp',
  kind: 'so',
  topics: ['dat-dai'],
  chat: 'telegram:-200',
};
const LEAD: Unit = { id: 'so-noi-vu', name: 'Sở Nội vụ', kind: 'so', topics: [], chat: 'telegram:-300' };
const MEMBERS: Member[] = [
  { account: 'telegram:1', name: 'Quản Trị', roles: ['admin'], present: true },
  { account: 'telegram:2', name: 'Lan', roles: ['editor'], present: true },
  { account: 'telegram:9', name: 'Đã Đi', roles: ['admin'], present: false },
];
const AIRING: Airing = {
  id: '2026-12-1.1',
  episode: '2026-12-1',
  at: new Date('2026-12-05T11:30:00Z'),
  until: new Date('2026-12-05T12:00:00Z'),
  channel: 'KG',
  rerun: false,
};
const EPISODE: Episode = {
  id: '2026-12-1',
  plannedAt: AIRING.at,
  at: AIRING.at,
  status: 'planned',
  airings: [AIRING],
};
const DUE: Due = {
  dueDate: '2026-11-26',
  dueAt: new Date('2026-11-26T16:59:59.999Z'),
  overdue: false,
  paused: false,
  days: [{ date: '2026-11-26', counted: 1, why: 'weekday' }],
};

const person = (language: Lang, accounts = ['telegram:77', 'zalo:88']): PersonRecord => ({
  id: 'p1',
  accounts,
  language,
  consents: [],
});

function question(part: Partial<Question> = {}): Question {
  return {
    code: 'KG-2026-000123',
    year: 2026,
    number: 123,
    version: 3,
    cause: 'telegram:1',
    stage: 'approved',
    episodeTrack: 'none',
    channel: 'telegram',
    asker: {
      person: 'p1',
      kind: 'citizen',
      name: 'Nguyễn Thị Hoà',
      place: 'rach-gia',
      address: 'Ấp Minh Phú',
      email: 'hoa@example.vn',
      phone: '+84912345678',
    },
    consents: [],
    topic: 'dat-dai',
    content: 'Thủ tục cấp giấy chứng nhận thế nào?',
    folded: '',
    attachments: [],
    receivedAt: AT,
    pauses: [],
    dueAt: DUE.dueAt,
    events: [],
    ...part,
  };
}

const event = (action: QuestionEvent['action'], part: Partial<QuestionEvent> = {}): QuestionEvent => ({
  id: `u-${action}`,
  action,
  at: AT,
  by: 'telegram:2',
  byName: 'Lan',
  from: 'received',
  to: 'approved',
  ...part,
});

function announcing(
  lang: Lang = 'vi',
  given: {
    narrow?: boolean;
    units?: Unit[];
    person?: PersonRecord;
    board?: string | undefined;
    joined?: Question[];
  } = {},
) {
  const shows: Show[] = [];
  const announce = createAnnounce({
    texts,
    clock: { now: () => AT },
    capabilitiesOf: () => ({
      maxText: 4096,
      maxCaption: 1024,
      maxButtons: given.narrow ? 5 : 100,
      maxButtonTitle: 64,
      edits: !given.narrow,
      toasts: true,
      groups: true,
    }),
    placeName: () => 'Phường Rạch Giá',
    languageOf: async () => lang,
    enqueue: async (more) => void shows.push(...more),
    lookups: () => ({
      ledger: {
        due: async () => DUE,
        byCode: async () => undefined,
        joinedTo: async () => given.joined ?? [],
      },
      people: {
        byId: async (id) =>
          id === 'p1' ? (given.person ?? person(lang)) : { ...person(lang, [`zalo:${id}`]), id },
      },
      members: { list: async () => MEMBERS },
      settings: {
        boardChat: async () => ('board' in given ? given.board : BOARD),
        units: async () => given.units ?? [UNIT, LEAD],
        topics: async () => [...DEFAULT_TOPICS],
        complaintContact: async () => ({ office: 'Ban Tiếp công dân', address: 'Số 1', phone: '0297' }),
      },
      programme: { upcoming: async () => [{ episode: EPISODE, questions: [] }] },
    }),
  });
  const to = (chat: string): Show[] => shows.filter((show) => show.chat === chat);
  const heard = (chat: string): string =>
    to(chat)
      .map(({ message }) => stripMarkup(message.text))
      .join('\n');
  return { announce, shows, to, heard };
}

const ANSWER = {
  text: 'Nộp hồ sơ tại Trung tâm.',
  attachments: [{ channel: 'telegram', fileRef: 'f1', kind: 'document' as const }],
  unit: 'so-nnmt',
  responsible: 'Lê A, Giám đốc',
  by: 'telegram:5',
  at: AT,
};

describe('what the asker hears', () => {
  const cases: [QuestionEvent['action'], Partial<Question>, Partial<QuestionEvent>, Record<Lang, RegExp>][] =
    [
      ['approve', {}, {}, { vi: /đã được Ban Biên tập duyệt/, en: /was approved/ }],
      ['reject', {}, { text: 'Trùng <lặp>' }, { vi: /Lý do: Trùng <lặp>/, en: /Reason: Trùng <lặp>/ }],
      [
        'reject',
        { suspected: 'complaint' },
        { text: 'x' },
        { vi: /Ban Tiếp công dân/, en: /time limit to complain/ },
      ],
      [
        'askMore',
        { stage: 'clarifying' },
        { text: 'Ở xã nào?' },
        { vi: /bổ sung[^]*Ở xã nào/, en: /more information[^]*Ở xã nào/ },
      ],
      [
        'route',
        { unit: 'so-nnmt' },
        { unit: 'so-nnmt' },
        { vi: /chuyển đến Sở Nông nghiệp lúc 09:00 25\/11\/2026/, en: /handed to Sở Nông nghiệp/ },
      ],
      [
        'acceptAnswer',
        { stage: 'published', answer: ANSWER },
        {},
        {
          vi: /Nộp hồ sơ[^]*chịu trách nhiệm về nội dung: Lê A, Giám đốc/,
          en: /Responsible for the content: Lê A/,
        },
      ],
      [
        'join',
        { joinedTo: 'KG-2026-000001' },
        { text: 'KG-2026-000001' },
        { vi: /KG-2026-000001/, en: /answered together/ },
      ],
      [
        'choose',
        { episode: '2026-12-1' },
        { episode: '2026-12-1' },
        { vi: /18:30 05\/12\/2026/, en: /18:30 05\/12\/2026/ },
      ],
      [
        'choose',
        { episode: '2030-1-1' },
        { episode: '2030-1-1' },
        { vi: /sẽ được báo trước/, en: /when it is on/ },
      ],
      ['unchoose', {}, {}, { vi: /chưa được đưa vào/, en: /will not be in/ }],
    ];
  for (const lang of LANGS)
    it.each(cases)(`of %s, on every account, in ${lang}`, async (action, part, more, words) => {
      const { announce, to, heard } = announcing(lang);
      await announce.questionChanged(question(part), event(action, more));
      for (const account of ['telegram:77', 'zalo:88']) {
        expect(heard(account)).toMatch(words[lang]);
        expect(to(account)[0]?.id).toBe(`u-${action}:asker:${account}`);
      }
    });

  it.each(ACTIONS.filter((action) => !cases.some(([one]) => one === action)))(
    'of %s is nothing',
    async (action) => {
      const { announce, to } = announcing();
      await announce.questionChanged(question({ answer: ANSWER }), event(action, { text: 'x' }));
      expect(to('telegram:77')).toEqual([]);
    },
  );

  it('of an answer comes with its files', async () => {
    const { announce, to } = announcing();
    await announce.questionChanged(question({ stage: 'published', answer: ANSWER }), event('acceptAnswer'));
    expect(to('telegram:77')[1]?.message.attachment).toMatchObject({ fileRef: 'f1' });
  });

  it('of a request comes with the button that answers it', async () => {
    const { announce, to } = announcing();
    await announce.questionChanged(question({ stage: 'clarifying' }), event('askMore', { text: '?' }));
    expect(to('telegram:77')[0]?.message.buttons?.[0]?.[0]?.data).toBe('clarify|KG-2026-000123');
  });

  it.each([
    ['vi', /lên sóng lúc 18:30 05\/12\/2026 trên kênh KG/, /xem lại tại: https:\/\/x\.vn/],
    ['en', /is on at 18:30 05\/12\/2026 on channel KG/, /again: https:\/\/x\.vn/],
  ] as const)('of the airing and its link, in %s', async (lang, on, link) => {
    const { announce, to, heard } = announcing(lang);
    await announce.yourQuestionIsOn(EPISODE, AIRING, question(), person(lang));
    await announce.linkReady(EPISODE, 'https://x.vn', question(), person(lang));
    expect(heard('telegram:77')).toMatch(on);
    expect(heard('zalo:88')).toMatch(link);
    expect(to('telegram:77')[0]?.notAfter).toEqual(AIRING.at);
  });
});

describe('what the board hears', () => {
  it.each(['submit', ...ACTIONS] as const)('of %s is the card drawn anew', async (action) => {
    const { announce, to } = announcing();
    await announce.questionChanged(
      question({ answer: ANSWER }),
      event(action, { text: 'x', unit: 'so-nnmt' }),
    );
    expect(to(BOARD)[0]).toMatchObject({ slot: 'card:KG-2026-000123', id: `u-${action}:card:${BOARD}` });
  });

  it.each(['clarify', 'handBack', 'reportDifficulty', 'answer', 'withdraw', 'reopen'] as const)(
    'of %s is a line of its own that names who is in charge, without personal details',
    async (action) => {
      for (const lang of LANGS) {
        const { announce, heard } = announcing(lang);
        const taken = event('takeOver', { by: 'telegram:2', byName: 'Lan' });
        const told = event(action, { text: 'gọi tôi 0912345678, Nguyễn Thị Hoà', unit: 'so-nnmt' });
        await announce.questionChanged(question({ assignee: 'telegram:2', events: [taken] }), told);
        expect(heard(BOARD)).toMatch(lang === 'vi' ? /Phụ trách: Lan/ : /In charge: Lan/);
        expect(heard(BOARD)).not.toMatch(/0912345678|Thị Hoà/);
      }
    },
  );

  it.each([
    ['vi', /đến hạn chuyển ngày 26\/11/, /đã quá hạn chuyển/],
    ['en', /handed over by 26\/11/, /should have been handed over/],
  ] as const)('of deadlines, in %s', async (lang, soon, late) => {
    const { announce, heard, shows } = announcing(lang);
    await announce.dueSoon(question({ assignee: 'telegram:2', events: [event('takeOver')] }), DUE);
    await announce.overdue(question(), { ...DUE, overdue: true });
    expect(heard(BOARD)).toMatch(soon);
    expect(heard(BOARD)).toMatch(late);
    expect(heard(BOARD)).toContain('Lan');
    expect(new Set(shows.map(({ id }) => id)).size).toBe(shows.length);
  });

  it.each(LANGS)('of the day, in %s', async (lang) => {
    const { announce, heard, to } = announcing(lang);
    const open = Array.from({ length: 50 }, (_, n) =>
      question({ code: `KG-2026-0001${String(n).padStart(2, '0')}` }),
    );
    await announce.digest('2026-11-25', open, ['KG-2026-000101'], { open: 70, overdue: 1 });
    expect(heard(BOARD)).toMatch(/25\/11\/2026: 70/);
    expect(heard(BOARD)).toMatch(/🔴 KG-2026-000101/);
    expect(heard(BOARD)).toMatch(/30 (câu hỏi khác|more)/);
    expect(to(BOARD)[0]?.id).toBe(`digest:2026-11-25:${BOARD}`);
    await announce.digest('2026-11-26', [], [], { open: 0, overdue: 0 });
    expect(heard(BOARD)).toMatch(/không có câu hỏi nào|no question/);
  });

  it.each(LANGS)('of a changed calendar, with every card, in %s', async (lang) => {
    const { announce, heard, to } = announcing(lang);
    const by = { account: 'telegram:1', name: 'Quản Trị', roles: ['admin' as const] };
    await announce.calendarChanged([question()], by, 'c1');
    expect(heard(BOARD)).toMatch(/KG-2026-000123 · (hạn mới|now due) 26\/11\/2026/);
    expect(to(BOARD)[1]).toMatchObject({ slot: 'card:KG-2026-000123', priority: 'broadcast' });
    await announce.calendarChanged([], by, 'c2');
    expect(heard(BOARD)).toMatch(/không câu hỏi nào|no due date/);
  });

  it('is nothing while there is no board’s chat', async () => {
    const { announce, shows } = announcing('vi', { board: undefined });
    await announce.dueSoon(question(), DUE);
    await announce.digest('2026-11-25', [], [], { open: 0, overdue: 0 });
    await announce.questionChanged(question(), event('submit'));
    expect(shows).toEqual([]);
  });
});

describe('what units hear', () => {
  it('of routing is the card; of handing back, the card closed', async () => {
    const routed = announcing();
    await routed.announce.questionChanged(
      question({ stage: 'routed', unit: 'so-nnmt' }),
      event('route', { unit: 'so-nnmt' }),
    );
    expect(routed.to('telegram:-200')[0]?.slot).toBe('card:KG-2026-000123');
    expect(routed.to('telegram:-200')[0]?.message.buttons).toBeDefined();
    const back = announcing();
    const events = [event('route', { unit: 'so-nnmt' })];
    await back.announce.questionChanged(question({ events }), event('handBack', { text: 'x' }));
    expect(back.to('telegram:-200')[0]?.message.buttons).toBeUndefined();
  });

  it.each(LANGS)('of difficulties goes to the lead office, in %s', async (lang) => {
    const { announce, heard } = announcing(lang);
    await announce.questionChanged(
      question({ stage: 'routed', unit: 'so-nnmt' }),
      event('reportDifficulty', { text: 'Thiếu hướng dẫn', unit: 'so-nnmt' }),
    );
    expect(heard('telegram:-300')).toContain('Thiếu hướng dẫn');
  });

  it('of difficulties stays with the board when the lead office has no chat', async () => {
    const { announce, heard, shows } = announcing('vi', { units: [UNIT] });
    await announce.questionChanged(
      question({ stage: 'routed', unit: 'so-nnmt' }),
      event('reportDifficulty', { text: 'Thiếu' }),
    );
    expect(heard(BOARD)).toContain('Thiếu');
    expect(shows.every(({ chat }) => chat === BOARD || chat === 'telegram:-200')).toBe(true);
  });
});

describe('reminders of an airing', () => {
  it.each([
    ['day', 'vi', /phát sóng lúc 18:30 05\/12\/2026 trên kênh KG[^]*Đất đai \(1 câu hỏi\)/],
    ['day', 'en', /is on at 18:30 05\/12\/2026 on channel KG[^]*Land \(questions: 1\)/],
    ['halfHour', 'vi', /Sắp phát sóng/],
    ['halfHour', 'en', /Coming up/],
  ] as const)('(%s, %s) are broadcasts that are dropped after airtime', async (kind, lang, words) => {
    const { announce, to, heard } = announcing(lang);
    const subscriber = { ...person(lang), subscription: { topics: ['dat-dai'], since: AT } };
    await announce.airing(
      kind,
      EPISODE,
      AIRING,
      [question({ topic: 'y-te' }), question()],
      [{ person: subscriber, account: 'telegram:77' }],
    );
    expect(heard('telegram:77')).toMatch(words);
    expect(to('telegram:77')[0]).toMatchObject({ priority: 'broadcast', notAfter: AIRING.at });
  });

  it('have an id of the airing, its time, the kind and the account', async () => {
    const { announce, shows } = announcing();
    const to = [{ person: person('vi'), account: 'telegram:77' }];
    await announce.airing('day', EPISODE, AIRING, [], to);
    await announce.airing('day', EPISODE, AIRING, [], to);
    await announce.airing('day', EPISODE, { ...AIRING, at: new Date('2026-12-06T11:30:00Z') }, [], to);
    await announce.airing('halfHour', EPISODE, AIRING, [], to);
    expect(new Set(shows.map(({ id }) => id)).size).toBe(3);
  });
});

describe('alerts', () => {
  it.each(LANGS)('go to the present admins in private, in %s', async (lang) => {
    const { announce, shows, heard } = announcing(lang);
    await announce.alert('inbox-set-aside', { update: 'telegram:5' }, 'c9');
    await announce.alert('token-refused', {}, 'c9');
    expect(shows.map(({ chat }) => chat)).toEqual(['telegram:1', 'telegram:1']);
    expect(heard('telegram:1')).toMatch(/inbox-set-aside[^]*update: telegram:5[^]*token-refused/);
  });
});

describe('sentences', () => {
  it('say, in both languages, what every rule is that the code can find broken', () => {
    const codes = new Set<string>([...ERROR_CODES, ...thrownCodes()]);
    expect(codes.size).toBeGreaterThan(ERROR_CODES.length);
    for (const code of codes)
      for (const lang of LANGS)
        expect(texts.plain({ key: `errors:${code}` }, lang).length).toBeGreaterThan(5);
  });

  it('show commands with help in every scope and language', () => {
    const menus = commandMenus(texts, { board: BOARD, units: ['telegram:-200'] });
    expect(menus.map(({ scope, language }) => `${scope} ${language ?? 'any'}`).sort()).toEqual(
      ['board', 'private', 'unit'].flatMap((scope) => [`${scope} any`, `${scope} en`, `${scope} vi`]),
    );
    for (const { commands } of menus)
      for (const { name, description } of commands) {
        expect(name).toMatch(/^[a-z0-9_]{1,32}$/);
        expect(description.length).toBeGreaterThan(0);
        expect(description.length).toBeLessThanOrEqual(256);
      }
  });
});

/** The codes of `new DomainError('…'` in the source. */
function thrownCodes(): string[] {
  const root = new URL('../../src/', import.meta.url);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(new URL(name, root), 'utf8').matchAll(/new DomainError\(\s*'([a-z-]+)'/g),
    ])
    .flatMap(([, code]) => code ?? []);
}

describe('those whose question was joined with another one', () => {
  const joined = [
    question({
      code: 'KG-2026-000200',
      asker: { ...question().asker, person: 'p2' },
      joinedTo: 'KG-2026-000123',
      stage: 'joined',
    }),
    question({ code: 'KG-2026-000300', joinedTo: 'KG-2026-000123', stage: 'joined' }),
  ];

  it.each([
    ['acceptAnswer', { stage: 'published', answer: ANSWER }, /Nộp hồ sơ/],
    ['choose', { episode: '2026-12-1' }, /18:30 05\/12\/2026/],
    ['unchoose', {}, /chưa được đưa vào/],
  ] as const)('hear of %s under their own code, each person once', async (action, part, words) => {
    const { announce, heard, shows } = announcing('vi', { joined });
    await announce.questionChanged(question(part), event(action, { episode: '2026-12-1' }));
    expect(heard('zalo:p2')).toMatch(words);
    expect(heard('zalo:p2')).toContain('KG-2026-000200');
    expect(heard('zalo:p2')).toContain('được gộp với câu hỏi KG-2026-000123');
    expect(heard('telegram:77')).not.toContain('KG-2026-000300');
    expect(new Set(shows.map(({ id }) => id)).size).toBe(shows.length);
  });

  it('hear nothing of what goes on before', async () => {
    const { announce, to } = announcing('vi', { joined });
    await announce.questionChanged(question(), event('approve'));
    expect(to('zalo:p2')).toEqual([]);
  });
});

describe('templates for what is told outside a window', () => {
  const sent = async (
    tell: (announce: ReturnType<typeof announcing>['announce']) => Promise<void>,
    lang: Lang = 'vi',
  ) => {
    const { announce, to } = announcing(lang);
    await tell(announce);
    return to('zalo:88')[0]?.message.template;
  };

  it('name the text and its plain values', async () => {
    const all = [
      await sent((a) => a.questionChanged(question(), event('approve'))),
      await sent((a) =>
        a.questionChanged(question({ stage: 'published', answer: ANSWER }), event('acceptAnswer')),
      ),
      await sent((a) => a.yourQuestionIsOn(EPISODE, AIRING, question(), person('vi'))),
      await sent((a) => a.linkReady(EPISODE, 'https://x.vn', question(), person('vi'))),
      await sent((a) => a.airing('day', EPISODE, AIRING, [], [{ person: person('vi'), account: 'zalo:88' }])),
    ];
    const when = '18:30 05/12/2026';
    expect(all).toEqual([
      {
        name: 'stage',
        values: { code: 'KG-2026-000123', stage: texts.plain({ key: 'common:stage.approved' }, 'vi') },
      },
      { name: 'answer', values: { code: 'KG-2026-000123', unit: 'Sở Nông nghiệp' } },
      { name: 'onair', values: { code: 'KG-2026-000123', when, channel: 'KG' } },
      { name: 'link', values: { code: 'KG-2026-000123', link: 'https://x.vn' } },
      { name: 'reminder', values: { when, channel: 'KG' }, promotional: true },
    ]);
  });

  it('speak the language of the person', async () => {
    const found = await sent((a) => a.questionChanged(question(), event('approve')), 'en');
    expect(found?.values['stage']).toBe(texts.plain({ key: 'common:stage.approved' }, 'en'));
  });

  it('go with news only that loses its sense in time: reminders and airings have an end', async () => {
    const { announce, to } = announcing();
    await announce.airing('day', EPISODE, AIRING, [], [{ person: person('vi'), account: 'zalo:88' }]);
    await announce.yourQuestionIsOn(EPISODE, AIRING, question(), person('vi'));
    await announce.questionChanged(
      question({ episode: '2026-12-1' }),
      event('choose', { episode: '2026-12-1' }),
    );
    await announce.questionChanged(question(), event('approve'));
    expect(to('zalo:88').map(({ notAfter }) => notAfter)).toEqual([
      AIRING.at,
      AIRING.at,
      EPISODE.at,
      undefined,
    ]);
  });
});

describe('a chat in which nothing can be drawn anew', () => {
  it('gets a card only when a question comes or goes', async () => {
    for (const action of ['submit', ...ACTIONS] as const) {
      const { announce, to } = announcing('vi', { narrow: true });
      const at = event(action, { unit: 'so-nnmt', text: 'x' });
      await announce.questionChanged(question({ stage: 'routed', unit: 'so-nnmt', answer: ANSWER }), at);
      const cards = to('telegram:-200').filter(({ slot }) => slot !== undefined);
      expect(cards).toHaveLength(['route', 'withdraw', 'reopen'].includes(action) ? 1 : 0);
    }
  });

  it('offers with the last of five buttons what has no room', async () => {
    const { announce, to } = announcing('vi', { narrow: true });
    await announce.questionChanged(
      question({ stage: 'received' }),
      event('submit', { from: null, to: 'received' }),
    );
    const buttons = (to(BOARD)[0]?.message.buttons ?? []).flat();
    expect(buttons).toHaveLength(5);
    expect(buttons.at(-1)?.data).toBe('more|KG-2026-000123');
  });
});
