import type { Connection } from 'mongoose';
import { Schema } from 'mongoose';
import type { Ref } from '../channels/channel.js';
import type { Consent } from '../domain/question.js';
import type { PersonRecord } from '../services/services.js';
import { isDuplicateKey } from './duplicateKey.js';

/** A person as stored; `forgottenAt` remains of somebody who asked to be forgotten. */
type StoredPerson = Omit<PersonRecord, 'id'> & {
  _id: string;
  subscribed: boolean;
  unsubscribedBy?: string;
  forgottenAt?: Date;
};

/** Stands in the place of a forgotten person's accounts: a unique index lets in no two empty arrays. */
const FORGOTTEN = 'forgotten:';

const schema = new Schema(
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
schema.index({ accounts: 1 }, { unique: true });
schema.index({ subscribed: 1, _id: 1 });

export type PeopleStore = ReturnType<typeof createPeopleStore>;

/** People with their accounts on the channels, consents and subscriptions (A3). */
export function createPeopleStore(connection: Connection) {
  const model = connection.model<StoredPerson>('Person', schema);
  const find = (filter: { _id: string } | { accounts: Ref }): Promise<PersonRecord | undefined> =>
    model.findOne(filter).lean<StoredPerson>().then(asPerson);

  return {
    ensureIndexes: (): Promise<void> => model.createIndexes(),
    byId: (id: string) => find({ _id: id }),
    byAccount: (account: Ref) => find({ accounts: account }),

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
        { $set: { subscribed: false, forgottenAt: at, accounts: [`${FORGOTTEN}${id}`] }, $unset },
      );
    },
  };
}

function asPerson(stored: StoredPerson | null): PersonRecord | undefined {
  return stored ? asRecord(stored) : undefined;
}

function asRecord(stored: StoredPerson): PersonRecord {
  const { _id, accounts, language, profile, consents, subscription, blocked } = stored;
  return {
    id: _id,
    accounts: accounts.filter((account) => !account.startsWith(FORGOTTEN)),
    language,
    consents,
    ...(profile ? { profile } : {}),
    ...(subscription ? { subscription } : {}),
    ...(blocked ? { blocked } : {}),
  };
}
