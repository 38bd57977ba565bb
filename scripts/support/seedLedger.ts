import type { Connection } from 'mongoose';
import { localDate } from '../../src/domain/localDate.js';
import type { Consent, Question, QuestionEvent, Stage } from '../../src/domain/question.js';
import { formatCode } from '../../src/domain/questionCode.js';
import { fold } from '../../src/domain/text.js';
import { byPerson } from '../../src/services/byPerson.js';
import { deadlineOf, keptFields } from '../../src/services/keptFields.js';
import { readSnapshot, type Snapshot } from '../../src/services/settingKinds.js';
import { createSearchIndex } from '../../src/services/searchIndex.js';
import { createQuestionsStore, type QuestionRecord } from '../../src/store/questions.js';
import { createWordsStore } from '../../src/store/words.js';

const AT_ONCE = 1_000;
const DAY_MS = 86_400_000;
const HO_CHI_MINH_MS = 7 * 3_600_000;
const SPREAD_DAYS = 600;
const OPEN_DAYS = 6;

const SUBJECTS = [
  'thủ tục cấp giấy chứng nhận quyền sử dụng đất',
  'mức hỗ trợ khi thu hồi đất nông nghiệp',
  'đăng ký hộ kinh doanh cá thể',
  'chế độ trợ cấp cho người cao tuổi',
  'học phí của trẻ mầm non',
  'đấu nối nước sạch nông thôn',
  'thuế đối với nhà cho thuê',
  'giấy phép xây dựng nhà ở riêng lẻ',
  'bảo hiểm y tế hộ gia đình',
  'vay vốn giải quyết việc làm',
  'nạo vét kênh thủy lợi',
  'đổi giấy phép lái xe',
  'quy định nuôi trồng thủy sản ven biển',
  'chuyển đổi mục đích sử dụng đất vườn',
];
const PLACES = [
  'Rạch Giá',
  'Hà Tiên',
  'Phú Quốc',
  'Hòn Đất',
  'Tân Hiệp',
  'Giồng Riềng',
  'Gò Quao',
  'An Biên',
  'Vĩnh Thuận',
  'Kiên Lương',
];
const ENDS = [
  'Xin hỏi hồ sơ gồm những giấy tờ gì và nộp ở đâu?',
  'Thời gian giải quyết là bao nhiêu ngày làm việc?',
  'Mức thu hiện nay được quy định ở văn bản nào?',
  'Trường hợp đã nộp hồ sơ trước năm 2025 thì áp dụng quy định nào?',
];
const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Huỳnh', 'Võ', 'Danh', 'Thị', 'Lâm', 'Đặng'];
const GIVEN = [
  'Thị Hoa',
  'Văn Nam',
  'Minh Tâm',
  'Thu Hà',
  'Quốc Bảo',
  'Ngọc Lan',
  'Hữu Phước',
  'Kim Anh',
  'Thanh Sơn',
  'Mỹ Duyên',
];

/**
 * Fills the ledger with `count` questions received in the twenty months before `until`, numbered as the services
 * do; those of the last days are open, nearly all others published. A quarter as many askers come with them, with
 * accounts `seed:<n>`. Always the same for the same input. The indexes should be there before.
 * `words: false` leaves reading the words for `/find` to the first tick or search; it takes most of the time.
 */
export async function seedLedger(
  connection: Connection,
  { count, until, words = true }: { count: number; until: Date; words?: boolean },
): Promise<{ questions: number; people: number }> {
  const settings = readSnapshot(0, []);
  const questions = connection.collection<QuestionRecord>('questions');
  const people = connection.collection<{ _id: string }>('people');
  const askers = Math.max(1, Math.ceil(count / 4));
  for (let from = 0; from < askers; from += AT_ONCE)
    await people.insertMany(range(from, Math.min(askers, from + AT_ONCE)).map((n) => createPerson(n, until)));

  const numbers = new Map<number, number>();
  const days = new Map<number, { year: number; dueAt: Date }>();
  // Counted once a day: the deadline follows from the day alone.
  const dayOf = (receivedAt: Date): { year: number; dueAt: Date } => {
    const day = Math.floor((receivedAt.getTime() + HO_CHI_MINH_MS) / DAY_MS);
    const known = days.get(day) ?? {
      year: Number(localDate(receivedAt).slice(0, 4)),
      dueAt: deadlineOf({ receivedAt, pauses: [] }, settings, until).dueAt,
    };
    days.set(day, known);
    return known;
  };
  for (let from = 0; from < count; from += AT_ONCE) {
    const batch = range(from, Math.min(count, from + AT_ONCE)).map((n) => {
      // Evenly over the days, so that the last ones are a small share whatever the count is.
      const receivedAt = new Date(until.getTime() - ((count - n) / count) * SPREAD_DAYS * DAY_MS);
      const { year, dueAt } = dayOf(receivedAt);
      const number = (numbers.get(year) ?? 0) + 1;
      numbers.set(year, number);
      return createRecord({ n, year, number, receivedAt, dueAt, until, asker: n % askers }, settings);
    });
    await questions.insertMany(batch, { ordered: false });
  }
  const stores = { questions: createQuestionsStore(connection), words: createWordsStore(connection) };
  if (words) await createSearchIndex(stores).catchUp();
  return { questions: count, people: askers };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
const pick = <T>(list: readonly T[], n: number): T => {
  const one = list[Math.abs(n) % list.length];
  if (one === undefined) throw new RangeError('an empty list');
  return one;
};
/** A number that looks random and is always the same for `n`. */
const mix = (n: number, salt: number): number =>
  Math.imul(n + 1, 2_654_435_761 ^ Math.imul(salt, 40_503)) >>> 8;

const consentAt = (at: Date): Consent => ({ purpose: 'record', given: true, textVersion: '1', at });
const nameOf = (n: number): string => `${pick(FAMILY, mix(n, 1))} ${pick(GIVEN, mix(n, 2))}`;

function createPerson(n: number, at: Date) {
  return {
    _id: `seed-${n}`,
    accounts: [`seed:${n}`],
    language: 'vi',
    consents: [consentAt(at)],
    subscribed: false,
  };
}

type Place = {
  n: number;
  year: number;
  number: number;
  receivedAt: Date;
  dueAt: Date;
  until: Date;
  asker: number;
};

function createRecord(
  { n, year, number, receivedAt, dueAt, until, asker }: Place,
  settings: Snapshot,
): QuestionRecord {
  const code = formatCode(year, number);
  const recent = until.getTime() - receivedAt.getTime() < OPEN_DAYS * DAY_MS;
  const stage: Stage = recent
    ? pick(['received', 'received', 'approved', 'routed'] as const, mix(n, 3))
    : pick(['published', 'published', 'published', 'rejected'] as const, mix(n, 4));
  const content = `Gia đình tôi ở ${pick(PLACES, mix(n, 5))} muốn hỏi về ${pick(SUBJECTS, mix(n, 6))} theo quy định năm ${year}. ${pick(ENDS, mix(n, 7))} Rất mong được hướng dẫn cụ thể.`;
  const unit = stage === 'routed' || stage === 'published' ? pick(settings.units, mix(n, 8)).id : undefined;
  const person = `seed-${asker}`;
  const submitted: QuestionEvent = {
    id: `seed-${n}`,
    action: 'submit',
    at: receivedAt,
    by: byPerson(person),
    from: null,
    to: 'received',
  };
  const question: Question = {
    code,
    year,
    number,
    version: 1,
    cause: `seed-${n}`,
    stage,
    episodeTrack: 'none',
    channel: 'seed',
    asker: {
      person,
      kind: 'citizen',
      name: nameOf(asker),
      place: 'rach-gia',
      address: `Tổ ${(mix(n, 9) % 40) + 1}`,
    },
    consents: [consentAt(receivedAt)],
    topic: pick(settings.topics, mix(n, 10)).id,
    content,
    folded: fold(content),
    attachments: [],
    receivedAt,
    pauses: [],
    dueAt,
    ...(unit === undefined ? {} : { unit, handedOverAt: new Date(receivedAt.getTime() + DAY_MS) }),
    events: [submitted],
  };
  return { _id: code, ...question, ...keptFields(question, settings, until) };
}
