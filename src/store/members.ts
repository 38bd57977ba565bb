import type { Connection } from 'mongoose';
import { Schema } from 'mongoose';
import type { Ref } from '../channels/channel.js';

/** That an account was seen in, or was asked of, a group: the board's or a unit's. Roles are settings. */
export type Presence = {
  group: string;
  account: Ref;
  name: string;
  present: boolean;
  admin: boolean;
  checkedAt: Date;
};
type StoredPresence = Presence & { _id: string };

const schema = new Schema(
  {
    _id: String,
    group: String,
    account: String,
    name: String,
    present: Boolean,
    admin: Boolean,
    checkedAt: Date,
  },
  { collection: 'members', strict: 'throw', versionKey: false, autoCreate: false, autoIndex: false },
);
schema.index({ group: 1 });

export type MembersStore = ReturnType<typeof createMembersStore>;

/** Who is in which group. `group` is 'board' or 'unit:<id>', so that a group that gets a new chat id keeps its people. */
export function createMembersStore(connection: Connection) {
  const model = connection.model<StoredPresence>('Member', schema);
  return {
    ensureIndexes: (): Promise<void> => model.createIndexes(),
    get: (group: string, account: Ref): Promise<Presence | undefined> =>
      model
        .findById(keyOf(group, account), { _id: 0 })
        .lean<Presence>()
        .then((found) => found ?? undefined),
    list: (group: string): Promise<Presence[]> => model.find({ group }, { _id: 0 }).lean<Presence[]>(),
    async save(presence: Presence): Promise<void> {
      await model.updateOne(
        { _id: keyOf(presence.group, presence.account) },
        { $set: presence },
        { upsert: true },
      );
    },
  };
}

const keyOf = (group: string, account: Ref): string => `${group}|${account}`;
