import type { Connection } from 'mongoose';
import { Schema } from 'mongoose';
import { isDuplicateKey } from './duplicateKey.js';

/** One line of the record of who did what (C2, C5). Appended only. `subject`: a code, a person's id, a setting. */
export type AuditEntry = {
  id: string; // follows from the cause, so that a repeat adds nothing
  at: Date;
  by: string; // account, or 'system'
  what: string; // such as 'contact-revealed', 'press-refused', 'setting-changed'
  subject?: string;
  before?: unknown;
  after?: unknown;
  details?: Record<string, string | number>;
};
type StoredEntry = Omit<AuditEntry, 'id'> & { _id: string };

const schema = new Schema(
  {
    _id: String,
    at: Date,
    by: String,
    what: String,
    subject: String,
    before: Object,
    after: Object,
    details: Object,
  },
  {
    collection: 'audit',
    strict: 'throw',
    versionKey: false,
    minimize: false,
    autoCreate: false,
    autoIndex: false,
  },
);
schema.index({ at: 1 });
schema.index({ subject: 1, at: 1 });

export type AuditStore = ReturnType<typeof createAuditStore>;

/** The record outside the questions' own events: personal details seen, refusals, changes of settings, forgetting. */
export function createAuditStore(connection: Connection) {
  const model = connection.model<StoredEntry>('AuditEntry', schema);
  const collection = connection.collection<StoredEntry>('audit');
  return {
    ensureIndexes: (): Promise<void> => model.createIndexes(),
    /** Appends the entry unless it is there. */
    async add({ id, ...entry }: AuditEntry): Promise<void> {
      try {
        await collection.insertOne({ _id: id, ...entry });
      } catch (error) {
        if (isDuplicateKey(error) === undefined) throw error;
      }
    },
    get: (id: string): Promise<AuditEntry | undefined> =>
      model
        .findById(id)
        .lean<StoredEntry>()
        .then((found) => (found ? asEntry(found) : undefined)),
    ofSubject: (subject: string): Promise<AuditEntry[]> =>
      model
        .find({ subject })
        .sort({ at: 1 })
        .lean<StoredEntry[]>()
        .then((found) => found.map(asEntry)),
    newest: (limit: number): Promise<AuditEntry[]> =>
      model
        .find({})
        .sort({ at: -1 })
        .limit(limit)
        .lean<StoredEntry[]>()
        .then((found) => found.map(asEntry)),
  };
}

const asEntry = ({ _id, ...entry }: StoredEntry): AuditEntry => ({ id: _id, ...entry });
