import type { Connection } from 'mongoose';
import type { Ref } from '../channels/channel.js';
import type { PersonRecord } from '../services/services.js';
import { personSchema, UNLINKED, type StoredPerson } from './people.js';

const MOST_ATTEMPTS = 50;
type Subscription = NonNullable<PersonRecord['subscription']>;

export type MergeStore = ReturnType<typeof createMergeStore>;

/**
 * Two documents of people becoming one, in steps of which each may be repeated: `mark` decides, `absorb` hands over
 * what was known, `empty` leaves the marked one with its accounts and proofs only. From the mark on, its accounts
 * lead to the other.
 */
export function createMergeStore(connection: Connection) {
  const model = connection.model<StoredPerson>('Person', personSchema);
  const get = (id: string): Promise<StoredPerson | null> => model.findById(id).lean<StoredPerson>();

  return {
    /** Makes `part` a part of `whole`; false when it is a part of another one already. */
    async mark(part: string, whole: string, at: Date): Promise<boolean> {
      await model.updateOne(
        { _id: part, mergedInto: null },
        { $set: { mergedInto: whole, mergingSince: at, subscribed: false } },
      );
      return (await get(part))?.mergedInto === whole;
    },

    /** Gives what is known of `part` to the one that it leads to, once; answers that one's id. */
    async absorb(part: string, language: PersonRecord['language'] | undefined): Promise<string> {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const from = await get(part);
        const into = from && (await follow(from));
        if (!from || !into || into._id === part) throw new Error('a person to merge is not there');
        if (into.merged?.includes(part)) return into._id;
        // Whatever changes the subscription meanwhile, or merges the other one further, makes this look again.
        const same = {
          _id: into._id,
          merged: { $ne: part },
          mergedInto: null,
          subscribed: into.subscribed,
          'subscription.since': into.subscription?.since ?? null,
        };
        const done = await model.updateOne(same, handOver(from, into, language));
        if (done.modifiedCount === 1) return into._id;
      }
      throw new Error('a person is changed by too many at once');
    },

    async empty(part: string): Promise<void> {
      await model.updateOne(
        { _id: part },
        { $set: { subscribed: false }, $unset: { profile: 1, subscription: 1 } },
      );
    },

    /** Those marked and not yet said to be over. */
    merging: (now: Date, limit: number): Promise<{ id: string; since: Date }[]> =>
      model
        .find({ mergingSince: { $lte: now } })
        .sort({ mergingSince: 1 })
        .limit(limit)
        .lean<StoredPerson[]>()
        .then((found) =>
          found.flatMap(({ _id, mergingSince }) => (mergingSince ? [{ id: _id, since: mergingSince }] : [])),
        ),
    async over(part: string): Promise<void> {
      await model.updateOne({ _id: part }, { $unset: { mergingSince: 1 } });
    },

    /** Takes an account away from `person`: from its list first, then from the document that holds it. */
    async release(person: string, account: Ref): Promise<void> {
      await model.updateOne({ _id: person }, { $pull: { linked: account } });
      const holder = await model.findOne({ accounts: account }).lean<StoredPerson>();
      if (!holder) return;
      const left = holder.accounts.filter((one) => one !== account);
      await model.updateOne(
        { _id: holder._id, accounts: account },
        { $set: { accounts: left.length > 0 ? left : [`${UNLINKED}${holder._id}`] } },
      );
    },
  };

  async function follow(from: StoredPerson): Promise<StoredPerson | null> {
    let now: StoredPerson | null = from;
    for (let links = 0; now?.mergedInto !== undefined && links < MOST_ATTEMPTS; links++)
      now = await get(now.mergedInto);
    return now;
  }
}

/** Accounts and proofs of both; details and block of either; one subscription to the topics of both. */
function handOver(from: StoredPerson, into: StoredPerson, language: PersonRecord['language'] | undefined) {
  const subscription = unite(into.subscription, from.subscription);
  const profile = into.profile ?? from.profile;
  const blocked = into.blocked ?? from.blocked;
  return {
    $set: {
      ...(language ? { language } : {}),
      ...(profile ? { profile } : {}),
      ...(blocked ? { blocked } : {}),
      ...(subscription ? { subscription, subscribed: true } : {}),
    },
    $addToSet: {
      linked: { $each: [...from.accounts, ...(from.linked ?? [])] },
      merged: { $each: [from._id, ...(from.merged ?? [])] },
      consents: { $each: from.consents },
    },
  };
}

/** No topics means all. */
function unite(a: Subscription | undefined, b: Subscription | undefined): Subscription | undefined {
  if (!a || !b) return a ?? b;
  const all = a.topics.length === 0 || b.topics.length === 0;
  return {
    topics: all ? [] : [...new Set([...a.topics, ...b.topics])],
    since: a.since < b.since ? a.since : b.since,
  };
}
