import type { Connection } from 'mongoose';
import { Schema } from 'mongoose';
import { isDuplicateKey } from './duplicateKey.js';

/**
 * How far something that time brings has come: a digest, the reminders of one airing. `cursor` is the last person
 * that was reached. `skipped`: its whole window passed while nothing ran; `cut`: the window closed on the way.
 */
export type Progress = {
  id: string;
  state: 'running' | 'done' | 'skipped' | 'cut';
  cursor: string;
  reached: number;
  at: Date;
};
type StoredProgress = Omit<Progress, 'id'> & { _id: string };

const schema = new Schema(
  { _id: String, state: String, cursor: String, reached: Number, at: Date },
  { collection: 'progress', strict: 'throw', versionKey: false, autoCreate: false, autoIndex: false },
);

export type ProgressStore = ReturnType<typeof createProgressStore>;

/** Progress of the ticks' work. Several instances may work on it: each step is a compare-and-set on the cursor. */
export function createProgressStore(connection: Connection) {
  const model = connection.model<StoredProgress>('Progress', schema);
  const collection = connection.collection<StoredProgress>('progress');
  return {
    get: (id: string): Promise<Progress | undefined> =>
      model
        .findById(id)
        .lean<StoredProgress>()
        .then((found) => (found ? asProgress(found) : undefined)),
    /** Begins it, or answers where it stands. */
    async begin({ id, ...progress }: Progress): Promise<Progress> {
      try {
        await collection.insertOne({ _id: id, ...progress });
        return { id, ...progress };
      } catch (error) {
        if (isDuplicateKey(error) === undefined) throw error;
        const found = await model.findById(id).lean<StoredProgress>();
        return found ? asProgress(found) : { id, ...progress };
      }
    },
    /** Moves it on from `from`; false when another instance did. */
    async advance(
      from: Progress,
      to: Pick<Progress, 'state' | 'cursor' | 'reached' | 'at'>,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: from.id, state: from.state, cursor: from.cursor },
        { $set: to },
      );
      return result.modifiedCount === 1;
    },
  };
}

const asProgress = ({ _id, ...progress }: StoredProgress): Progress => ({ id: _id, ...progress });
