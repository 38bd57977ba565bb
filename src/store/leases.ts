/** Leases in the store: who works a lane or polls a platform, and until when. */
import { Schema, type Connection } from 'mongoose';
import { writeErrorsOf } from './insertFresh.js';
import { nativeCollection } from './nativeCollection.js';

const DUPLICATE_KEY = 11_000;
/** An instance that did not renew for so long after its lease ended is forgotten. */
const FORGET_MS = 600_000;

export type LeaseDocument = { _id: string; owner: string; until: Date };

const schema = new Schema<LeaseDocument>(
  {
    _id: { type: String, required: true },
    owner: { type: String, required: true },
    until: { type: Date, required: true },
  },
  { versionKey: false },
);

export type LeasesStore = ReturnType<typeof createLeasesStore>;

/** The operations on leases. There are few: lanes, pollers, and a sign of life for each instance. */
export function createLeasesStore(connection: Connection) {
  const { collection: leases } = nativeCollection<LeaseDocument>(connection, 'Lease', schema, 'leases');

  return {
    all: (): Promise<LeaseDocument[]> => leases.find({}).toArray(),

    /** Prolongs all that this owner has, its sign of life among them. */
    async renew(owner: string, until: Date): Promise<void> {
      await leases.updateMany({ owner }, { $set: { until } });
      await leases.updateOne({ _id: `instance:${owner}` }, { $set: { owner, until } }, { upsert: true });
    },

    /** Takes those of `names` that are free or whose lease has ended; the others stay with their owner. */
    async claim(names: readonly string[], owner: string, now: Date, until: Date): Promise<void> {
      try {
        await leases.bulkWrite(
          names.map((_id) => ({
            updateOne: {
              filter: { _id, until: { $lte: now } },
              update: { $set: { owner, until } },
              upsert: true,
            },
          })),
          { ordered: false },
        );
      } catch (error) {
        // A lease that is held runs into the unique `_id`: somebody else has it.
        if (writeErrorsOf(error)?.every(({ code }) => code === DUPLICATE_KEY) !== true) throw error;
      }
    },

    async release(owner: string, names: readonly string[]): Promise<void> {
      await leases.deleteMany({ owner, _id: { $in: [...names] } });
    },

    async releaseAll(owner: string): Promise<void> {
      await leases.deleteMany({ owner });
    },

    /** Void at once, whoever had them: for a store that only this process can use. */
    async releaseEverybody(): Promise<void> {
      await leases.deleteMany({});
    },

    async forgetDead(now: Date): Promise<void> {
      await leases.deleteMany({
        _id: { $regex: '^instance:' },
        until: { $lte: new Date(now.getTime() - FORGET_MS) },
      });
    },
  };
}
