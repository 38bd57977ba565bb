import type { Connection } from 'mongoose';
import { Schema } from 'mongoose';
import type { Ref } from '../channels/channel.js';
import { isDuplicateKey } from './duplicateKey.js';

/** One thing that an authority decided, with its last change, which goes into the audit. `value` null: dropped. */
export type SettingRecord = {
  kind: string;
  key: string;
  value: unknown;
  revision: number;
  last: { cause: string; by: Ref; at: Date; before: unknown };
};
type StoredSetting = SettingRecord & { _id: string };

const schema = new Schema(
  { _id: String, kind: String, key: String, value: Object, revision: Number, last: Object },
  {
    collection: 'settings',
    strict: 'throw',
    versionKey: false,
    minimize: false,
    autoCreate: false,
    autoIndex: false,
  },
);
const REVISION = 'revision';

export type SettingsStore = ReturnType<typeof createSettingsStore>;

/**
 * Everything that an authority changes by command (design, "Settings that an authority changes"): units, topics,
 * calendar days, roles, values, episodes. A few hundred documents, read as a whole; a counter tells of changes.
 */
export function createSettingsStore(connection: Connection) {
  const model = connection.model<StoredSetting>('Setting', schema);
  const get = (kind: string, key: string): Promise<SettingRecord | undefined> =>
    model
      .findById(idOf(kind, key), { _id: 0 })
      .lean<SettingRecord>()
      .then((found) => found ?? undefined);

  return {
    get,
    /** Grows with every change of any setting. */
    revision: async (): Promise<number> =>
      (await model.findById(REVISION).lean<StoredSetting>())?.revision ?? 0,
    async touch(): Promise<void> {
      await model.updateOne({ _id: REVISION }, { $inc: { revision: 1 } }, { upsert: true });
    },
    all: (): Promise<SettingRecord[]> =>
      model.find({ _id: { $ne: REVISION } }, { _id: 0 }).lean<SettingRecord[]>(),

    /** Writes one setting if its revision is still `revision` (0: not stored yet); false when somebody was faster. */
    async put(record: SettingRecord, revision: number): Promise<boolean> {
      const { kind, key, value, last } = record;
      const $set = { kind, key, value, last, revision: revision + 1 };
      if (revision > 0)
        return (await model.updateOne({ _id: idOf(kind, key), revision }, { $set })).modifiedCount === 1;
      try {
        await model.create({ _id: idOf(kind, key), ...$set });
        return true;
      } catch (error) {
        if (isDuplicateKey(error) === undefined) throw error;
        return false;
      }
    },
  };
}

const idOf = (kind: string, key: string): string => `${kind}:${key}`;
