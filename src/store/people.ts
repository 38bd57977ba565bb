import type { Connection } from 'mongoose';
import { Schema } from 'mongoose';
import type { Ref } from '../channels/channel.js';
import type { Consent } from '../domain/question.js';
import type { PersonRecord } from '../services/services.js';
import { batchReads } from './batchReads.js';
import { isDuplicateKey } from './duplicateKey.js';

/**
 * A person as stored; `forgottenAt` remains of somebody who asked to be forgotten. Of two that were linked, one is
 * `mergedInto` the other and keeps its own accounts, so that an account is never nobody's; the other knows them as
 * `linked` (mergePeople.ts).
 */
export type StoredPerson = Omit<PersonRecord, 'id'> & {
  _id: string;
  subscribed: boolean;
  unsubscribedBy?: string;
  forgottenAt?: Date;
  linked?: Ref[]; // accounts of those merged into this one
  merged?: string[]; // their ids
  mergedInto?: string;
  mergingSince?: Date; // what belongs to it may still be on the way
};

/** These stand in the place of accounts that went: a unique index lets in no two empty arrays. */
const FORGOTTEN = 'forgotten:';
export const UNLINKED = 'unlinked:';
const LONGEST_CHAIN = 50;

export const personSchema = new Schema(
  {
    _id: String,
    accounts: [String],
    language: String,
    profile: Object,
    consents: [Object],
    subscription: Object,
    subscribed: Boolean,
    unsubscribedBy: String,
    blocked: Object,
    forgottenAt: Date,
    linked: { type: [String], default: undefined },
    merged: { type: [String], default: undefined },
    mergedInto: String,
    mergingSince: Date,
  },
  {
    collection: 'people',
    strict: 'throw',
    versionKey: false,
    minimize: false,
    autoCreate: false,
    autoIndex: false,
  },
);
personSchema.index({ accounts: 1 }, { unique: true });
personSchema.index({ subscribed: 1, _id: 1 });
personSchema.index({ mergingSince: 1 }, { partialFilterExpression: { mergingSince: { $exists: true } } });

export type PeopleStore = ReturnType<typeof createPeopleStore>;

/** People with their accounts on the channels, consents and subscriptions (A3). */
export function createPeopleStore(connection: Connection) {
  const model = connection.model<StoredPerson>('Person', personSchema);
  /** The person that this one is part of now. */
  const rootOf = async (stored: StoredPerson | null): Promise<StoredPerson | null> => {
    let now = stored;
    for (let links = 0; now?.mergedInto !== undefined && links < LONGEST_CHAIN; links++)
      now = await model.findById(now.mergedInto).lean<StoredPerson>();
    return now;
  };
  const stored = (filter: { _id: string } | { accounts: Ref }): Promise<StoredPerson | null> =>
    model.findOne(filter).lean<StoredPerson>();

  const holderOf = batchReads<Ref, StoredPerson>(async (accounts) => {
    const found = await model.find({ accounts: { $in: accounts } }).lean<StoredPerson[]>();
    return new Map(found.flatMap((person) => person.accounts.map((account) => [account, person] as const)));
  });

  return {
    ensureIndexes: (): Promise<void> => model.createIndexes(),
    /** The person, or the one that it was merged into. */
    byId: (id: string) => stored({ _id: id }).then(rootOf).then(asPerson),
    async byAccount(account: Ref): Promise<PersonRecord | undefined> {
      const holder = (await holderOf(account)) ?? null;
      const root = await rootOf(holder);
      if (!holder || !root || root === holder || !root.forgottenAt || root.blocked) return asPerson(root);
      // Being forgotten did not get as far as this account.
      await model.updateOne({ _id: holder._id }, { $set: { accounts: [`${FORGOTTEN}${holder._id}`] } });
      return undefined;
    },
    /** The ids of the person and of those merged into it. */
    async idsOf(id: string): Promise<string[]> {
      const root = await rootOf(await stored({ _id: id }));
      return root ? [root._id, ...(root.merged ?? [])] : [id];
    },

    /** Makes a person with this account; false when the account has become somebody's meanwhile. */
    async add(id: string, account: Ref, language: PersonRecord['language']): Promise<boolean> {
      try {
        await model.create({ _id: id, accounts: [account], language, consents: [], subscribed: false });
        return true;
      } catch (error) {
        if (isDuplicateKey(error) === undefined) throw error;
        return false;
      }
    },

    async setLanguage(id: string, language: PersonRecord['language']): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { language } });
    },
    /** Appends proofs of consent; one that is there already, to the millisecond, is not doubled. */
    async addConsents(id: string, consents: readonly Consent[]): Promise<void> {
      await model.updateOne({ _id: id }, { $addToSet: { consents: { $each: [...consents] } } });
    },
    /** Keeps the details told with a question; undefined when the person is blocked or unknown. */
    keepDetails: (id: string, profile: NonNullable<PersonRecord['profile']>, consents: readonly Consent[]) =>
      model
        .findOneAndUpdate(
          { _id: id, blocked: { $exists: false } },
          { $set: { profile }, $addToSet: { consents: { $each: [...consents] } } },
          { returnDocument: 'after' },
        )
        .lean<StoredPerson>()
        .then(asPerson),

    async subscribe(
      id: string,
      subscription: NonNullable<PersonRecord['subscription']>,
      consent: Consent,
    ): Promise<void> {
      await model.updateOne(
        { _id: id },
        {
          $set: { subscription, subscribed: true },
          $unset: { unsubscribedBy: 1 },
          $addToSet: { consents: consent },
        },
      );
    },
    /** Ends the subscription and keeps the proof; false when there was none, or another cause ended it. */
    async unsubscribe(id: string, proof: Consent, cause: string): Promise<boolean> {
      const ended = await model.updateOne(
        { _id: id, subscribed: true },
        {
          $set: { subscribed: false, unsubscribedBy: cause },
          $unset: { subscription: 1 },
          $addToSet: { consents: proof },
        },
      );
      return ended.modifiedCount === 1 || (await model.exists({ _id: id, unsubscribedBy: cause })) !== null;
    },
    /** Subscribers by id after `after`, a page at a time. */
    subscribers: (after: string, limit: number): Promise<PersonRecord[]> =>
      model
        .find({ subscribed: true, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<StoredPerson[]>()
        .then((found) => found.map(asRecord)),
    countSubscribers: () => model.countDocuments({ subscribed: true }),

    async block(id: string, blocked: NonNullable<PersonRecord['blocked']>): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { blocked } });
    },
    async unblock(id: string): Promise<void> {
      await model.updateOne({ _id: id }, { $unset: { blocked: 1 } });
    },
    /**
     * Drops what is known of the person. The proofs of consent stay (the law asks for them); so does the account of
     * somebody who is blocked, who would be let in again otherwise.
     */
    async forget(id: string, at: Date): Promise<void> {
      const $unset = { profile: 1, subscription: 1 };
      await model.updateOne(
        { _id: id, blocked: { $exists: true } },
        { $set: { subscribed: false, forgottenAt: at }, $unset },
      );
      await model.updateOne(
        { _id: id, blocked: { $exists: false } },
        {
          $set: { subscribed: false, forgottenAt: at, accounts: [`${FORGOTTEN}${id}`] },
          $unset: { ...$unset, linked: 1 },
        },
      );
      // Those merged into the person hold nothing but their accounts and proofs.
      const root = await stored({ _id: id });
      if (!root || root.blocked) return;
      for (const part of root.merged ?? [])
        await model.updateOne({ _id: part }, { $set: { accounts: [`${FORGOTTEN}${part}`] }, $unset });
    },
  };
}

function asPerson(stored: StoredPerson | null): PersonRecord | undefined {
  return stored ? asRecord(stored) : undefined;
}

function asRecord(stored: StoredPerson): PersonRecord {
  const { _id, accounts, linked = [], language, profile, consents, subscription, blocked } = stored;
  const isAccount = (account: string): boolean =>
    !account.startsWith(FORGOTTEN) && !account.startsWith(UNLINKED);
  return {
    id: _id,
    accounts: [...accounts, ...linked].filter(isAccount),
    language,
    consents,
    ...(profile ? { profile } : {}),
    ...(subscription ? { subscription } : {}),
    ...(blocked ? { blocked } : {}),
  };
}
