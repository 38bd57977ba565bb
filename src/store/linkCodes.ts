/** Codes that are shown in one chat and typed in another, and how often somebody typed a wrong one. */
import { Schema, type Connection } from 'mongoose';
import type { Ref } from '../channels/channel.js';
import { isDuplicateKey } from './duplicateKey.js';
import { nativeCollection } from './nativeCollection.js';
import { purgeExpired } from './purgeExpired.js';

/** `link`: two accounts of one person, `subject` is the account that shows it. `unit`: a unit's chat, `subject` is the unit. */
export type LinkCode = {
  code: string;
  purpose: 'link' | 'unit';
  subject: string;
  by: Ref;
  byName: string;
  cause: string;
  expireAt: Date;
  usedBy?: { account: Ref; cause: string };
};
type StoredCode = Omit<LinkCode, 'code'> & { _id: string };
type StoredTries = { _id: Ref; causes: string[]; expireAt: Date };

const options = { versionKey: false, autoCreate: false, autoIndex: false } as const;
const codeSchema = new Schema<StoredCode>(
  {
    _id: { type: String, required: true },
    purpose: { type: String, required: true },
    subject: { type: String, required: true },
    by: { type: String, required: true },
    byName: { type: String, required: true },
    cause: { type: String, required: true },
    expireAt: { type: Date, required: true },
    usedBy: new Schema({ account: String, cause: String }, { _id: false }),
  },
  options,
);
codeSchema.index({ cause: 1 }, { unique: true });
codeSchema.index({ subject: 1 });
codeSchema.index({ expireAt: 1 });
const triesSchema = new Schema<StoredTries>(
  { _id: { type: String, required: true }, causes: [String], expireAt: { type: Date, required: true } },
  options,
);
triesSchema.index({ expireAt: 1 });

export type LinkCodesStore = ReturnType<typeof createLinkCodesStore>;

/** See LinkCode. What is past its time is deleted when a new code is made. */
export function createLinkCodesStore(connection: Connection) {
  const codes = nativeCollection<StoredCode>(connection, 'LinkCode', codeSchema, 'linkCodes');
  const tries = nativeCollection<StoredTries>(connection, 'LinkTries', triesSchema, 'linkTries');

  return {
    async ensureIndexes(): Promise<void> {
      await codes.createIndexes();
      await tries.createIndexes();
    },

    byCause: (cause: string): Promise<LinkCode | undefined> =>
      codes.collection.findOne({ cause }).then(asCode),
    /** Keeps the code in the place of earlier ones for the same; undefined when these letters are taken. */
    async add({ code, ...kept }: LinkCode, now: Date): Promise<LinkCode | undefined> {
      await purgeExpired(codes.collection, now);
      await purgeExpired(tries.collection, now);
      try {
        await codes.collection.insertOne({ _id: code, ...kept });
      } catch (error) {
        if (isDuplicateKey(error) === undefined) throw error;
        return codes.collection.findOne({ cause: kept.cause }).then(asCode);
      }
      const { purpose, subject } = kept;
      await codes.collection.deleteMany({ subject, purpose, _id: { $ne: code }, usedBy: { $exists: false } });
      return { code, ...kept };
    },

    /** A code that can be used now, or that `cause` used. */
    async find(
      code: string,
      purpose: LinkCode['purpose'],
      cause: string,
      now: Date,
    ): Promise<LinkCode | undefined> {
      const found = await codes.collection.findOne({ _id: code, purpose });
      if (!found || (found.usedBy ? found.usedBy.cause !== cause : found.expireAt <= now)) return undefined;
      return asCode(found);
    },
    /** Uses it up; false when somebody else did. */
    async use(code: string, account: Ref, cause: string): Promise<boolean> {
      await codes.collection.updateOne(
        { _id: code, usedBy: { $exists: false } },
        { $set: { usedBy: { account, cause } } },
      );
      return (await codes.collection.findOne({ _id: code }))?.usedBy?.cause === cause;
    },

    /** The updates with which this account typed a wrong code lately. */
    tries: (account: Ref, now: Date): Promise<{ causes: string[]; until: Date } | undefined> =>
      tries.collection
        .findOne({ _id: account })
        .then((found) =>
          found && found.expireAt > now ? { causes: found.causes, until: found.expireAt } : undefined,
        ),
    async addTry(account: Ref, cause: string, now: Date, until: Date): Promise<void> {
      await tries.collection.deleteOne({ _id: account, expireAt: { $lte: now } });
      await tries.collection.updateOne(
        { _id: account },
        { $addToSet: { causes: cause }, $setOnInsert: { expireAt: until } },
        { upsert: true },
      );
    },
  };
}

function asCode(stored: StoredCode | null): LinkCode | undefined {
  if (!stored) return undefined;
  const { _id, ...code } = stored;
  return { code: _id, ...code };
}
