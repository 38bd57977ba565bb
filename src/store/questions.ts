import type { Connection, QueryFilter } from 'mongoose';
import { Schema } from 'mongoose';
import type { Question, QuestionEvent, Stage } from '../domain/question.js';
import { isDuplicateKey } from './duplicateKey.js';

/** What the store keeps beside the question, so that every list is read from an index. */
export type KeptFields = {
  open: boolean; // stands in the board's queue
  awaiting: boolean; // has still to be handed over, and its deadline runs
  nextWatchAt?: Date; // when its deadline is next to be looked at
};
export type QuestionRecord = Question &
  KeptFields & {
    _id: string; // the code
    dueCause?: string; // the calendar change that last moved the due date
    onAirTold?: string; // the airing of which its asker was told
  };

/** What a change sets and what it removes; the version grows by one and the event is appended. */
export type QuestionPatch = { set: Partial<QuestionRecord>; unset: (keyof QuestionRecord)[] };

/** What a search looks at. */
export type SearchedRow = Pick<Question, 'code' | 'version' | 'number' | 'content' | 'receivedAt'> & {
  asker: { name: string; organisation?: string };
};
/** What counting a deadline anew needs. */
export type RecountRow = Pick<Question, 'code' | 'version' | 'stage' | 'receivedAt' | 'pauses' | 'dueAt'>;

const schema = new Schema(
  {
    _id: String,
    code: String,
    year: Number,
    number: Number,
    version: Number,
    cause: String,
    stage: String,
    episodeTrack: String,
    episode: String,
    channel: String,
    asker: Object,
    consents: [Object],
    topic: String,
    content: String,
    folded: String,
    attachments: [Object],
    suspected: String,
    receivedAt: Date,
    pauses: [Object],
    dueAt: Date,
    handedOverAt: Date,
    unit: String,
    assignee: String,
    verified: Boolean,
    answer: Object,
    joinedTo: String,
    events: [Object],
    open: Boolean,
    awaiting: Boolean,
    nextWatchAt: Date,
    dueCause: String,
    onAirTold: String,
  },
  {
    collection: 'questions',
    strict: 'throw',
    versionKey: false,
    minimize: false,
    autoCreate: false,
    autoIndex: false,
  },
);
schema.index({ year: 1, number: 1 }, { unique: true });
schema.index({ cause: 1 }, { unique: true });
schema.index({ 'asker.person': 1, receivedAt: 1 });
schema.index({ open: 1, dueAt: 1 });
schema.index({ awaiting: 1, dueAt: 1 });
schema.index({ stage: 1, topic: 1 });
schema.index({ unit: 1, stage: 1 });
schema.index({ episodeTrack: 1, episode: 1 });
schema.index({ nextWatchAt: 1 });
schema.index({ joinedTo: 1 });

/** The question as the services know it: what only the store needs is left out. */
const AS_QUESTION = {
  _id: 0,
  open: 0,
  awaiting: 0,
  nextWatchAt: 0,
  dueCause: 0,
  onAirTold: 0,
} as const;

/** A bound on who is told of one question. */
const MOST_JOINED = 1_000;

export type QuestionsStore = ReturnType<typeof createQuestionsStore>;

/** The ledger (C5): one document a question with its events inside; `_id` is the code. */
export function createQuestionsStore(connection: Connection) {
  const model = connection.model<QuestionRecord>('Question', schema);
  // Past mongoose's casting, which would cost more than the insert: the record is built by our own code.
  const collection = connection.collection<QuestionRecord>('questions');

  const one = (filter: QueryFilter<QuestionRecord>): Promise<Question | undefined> =>
    model
      .findOne(filter, AS_QUESTION)
      .lean<Question>()
      .then((found) => found ?? undefined);
  const many = (
    filter: QueryFilter<QuestionRecord>,
    sort: Record<string, 1 | -1>,
    skip: number,
    limit: number,
  ): Promise<Question[]> =>
    model.find(filter, AS_QUESTION).sort(sort).skip(skip).limit(limit).lean<Question[]>();

  return {
    ensureIndexes: (): Promise<void> => model.createIndexes(),

    /** Inserts in order, up to the first whose number or cause is taken; answers how many went in. */
    async insert(records: readonly QuestionRecord[]): Promise<number> {
      try {
        await collection.insertMany([...records], { ordered: true });
        return records.length;
      } catch (error) {
        const inserted = isDuplicateKey(error);
        if (inserted === undefined) throw error;
        return inserted;
      }
    },

    byCode: (code: string) => one({ _id: code }),
    byCause: (cause: string) => one({ cause }),

    /** The highest number of `year`; 0 when there is none. Read from the unique index. */
    async highest(year: number): Promise<number> {
      const last = await model
        .findOne({ year }, { _id: 0, number: 1 })
        .sort({ year: -1, number: -1 })
        .lean<{ number: number }>();
      return last?.number ?? 0;
    },

    /** Changes the question if it still has `version`; undefined when somebody was faster. */
    change: (
      code: string,
      version: number,
      patch: QuestionPatch,
      event?: QuestionEvent,
    ): Promise<Question | undefined> =>
      model
        .findOneAndUpdate(
          { _id: code, version },
          {
            $set: { ...patch.set, version: version + 1 },
            ...(patch.unset.length > 0
              ? { $unset: Object.fromEntries(patch.unset.map((name) => [name, 1])) }
              : {}),
            ...(event ? { $push: { events: event } } : {}),
          },
          { returnDocument: 'after', projection: AS_QUESTION },
        )
        .lean<Question>()
        .then((changed) => changed ?? undefined),

    ofPerson: (person: string) => many({ 'asker.person': person }, { receivedAt: -1 }, 0, 0),
    countOfPerson: (person: string, since: Date) =>
      model.countDocuments({ 'asker.person': person, receivedAt: { $gte: since } }),

    open: (skip: number, limit: number) => many({ open: true }, { dueAt: 1 }, skip, limit),
    countOpen: () => model.countDocuments({ open: true }),
    overdue: (now: Date, limit: number) =>
      many({ awaiting: true, dueAt: { $lt: now } }, { dueAt: 1 }, 0, limit),
    countOverdue: (now: Date) => model.countDocuments({ awaiting: true, dueAt: { $lt: now } }),
    count: (filter: { stage?: Stage; topic?: string; unit?: string }) => model.countDocuments(filter),

    /** What was joined with this one, and what had been joined with that. */
    async joinedTo(code: string): Promise<Question[]> {
      const found: Question[] = [];
      for (let at = [code]; at.length > 0 && found.length < MOST_JOINED;) {
        const next = await many({ joinedTo: { $in: at }, stage: 'joined' }, { joinedTo: 1 }, 0, MOST_JOINED);
        at = next
          .map((one) => one.code)
          .filter((one) => one !== code && !found.some((had) => had.code === one));
        found.push(...next.filter((one) => at.includes(one.code)));
      }
      return found;
    },
    /** Everything that one person asked becomes another's; whoever is changing one of them has to look again. */
    async moveAsker(from: string, to: string): Promise<void> {
      await model.updateMany(
        { 'asker.person': from },
        { $set: { 'asker.person': to }, $inc: { version: 1 } },
      );
    },

    byCodes: (codes: readonly string[]) => many({ _id: { $in: [...codes] } }, { _id: 1 }, 0, 0),
    /** The first and the last year that has questions. */
    async years(): Promise<{ first: number; last: number } | undefined> {
      const at = (order: 1 | -1) =>
        model.findOne({}, { _id: 0, year: 1 }).sort({ year: order, number: order }).lean<{ year: number }>();
      const [first, last] = await Promise.all([at(1), at(-1)]);
      return first && last ? { first: first.year, last: last.year } : undefined;
    },
    /** The questions of a year after a number, in order, with what a search looks at. */
    afterNumber: (year: number, number: number, limit: number): Promise<SearchedRow[]> =>
      model
        .find(
          { year, number: { $gt: number } },
          {
            _id: 0,
            code: 1,
            number: 1,
            'asker.name': 1,
            'asker.organisation': 1,
            version: 1,
            content: 1,
            receivedAt: 1,
          },
        )
        .sort({ year: 1, number: 1 })
        .limit(limit)
        .lean<SearchedRow[]>(),

    chosen: () => many({ episodeTrack: 'chosen' }, { episode: 1 }, 0, 0),
    /** What is chosen for or was on in an episode. */
    async ofEpisode(episode: string): Promise<Question[]> {
      const tracks = await Promise.all(
        (['chosen', 'aired'] as const).map((episodeTrack) =>
          many({ episodeTrack, episode }, { episode: 1 }, 0, 0),
        ),
      );
      return tracks.flat().sort((a, b) => (a.code < b.code ? -1 : 1));
    },
    /** Marks that the asker was told of this airing; false when that was marked before. */
    async markOnAirTold(code: string, airing: string): Promise<boolean> {
      const result = await model.updateOne(
        { _id: code, onAirTold: { $ne: airing } },
        { $set: { onAirTold: airing } },
      );
      return result.modifiedCount === 1;
    },
    onAirTold: (code: string): Promise<string | undefined> =>
      model
        .findById(code, { onAirTold: 1 })
        .lean<{ onAirTold?: string }>()
        .then((found) => found?.onAirTold),

    /** The questions whose deadline is to be looked at by now, earliest first. */
    async toWatch(now: Date, limit: number): Promise<(Question & { nextWatchAt: Date })[]> {
      const { nextWatchAt: _shown, ...projection } = AS_QUESTION;
      return model
        .find({ nextWatchAt: { $lte: now } }, projection)
        .sort({ nextWatchAt: 1 })
        .limit(limit)
        .lean<(Question & { nextWatchAt: Date })[]>();
    },
    /** Moves the next look at a deadline on, unless the question changed meanwhile. */
    async setWatch(code: string, version: number, next: Date | undefined): Promise<void> {
      await model.updateOne(
        { _id: code, version },
        next ? { $set: { nextWatchAt: next } } : { $unset: { nextWatchAt: 1 } },
      );
    },

    /** What has still to be handed over, with what its deadline is counted from. */
    toRecount: (): Promise<RecountRow[]> =>
      model
        .find(
          { open: true, handedOverAt: { $exists: false } },
          { _id: 0, code: 1, version: 1, stage: 1, receivedAt: 1, pauses: 1, dueAt: 1 },
        )
        .lean<RecountRow[]>(),
    /** The open questions whose due date this calendar change moved. */
    recountedBy: (cause: string) => many({ open: true, dueCause: cause }, { dueAt: 1 }, 0, 0),
  };
}
