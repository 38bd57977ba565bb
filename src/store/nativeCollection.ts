/** The driver's own collection behind a mongoose model, for what is written several times for each update. */
import type { Collection } from 'mongodb';
import type { Connection, Schema } from 'mongoose';

/** The model of `schema` on this connection, made at the first call, and its collection. */
export function nativeCollection<Document extends { _id: string }>(
  connection: Connection,
  modelName: string,
  schema: Schema<Document>,
  name: string,
): { collection: Collection<Document>; createIndexes: () => Promise<void> } {
  const model = connection.models[modelName] ?? connection.model<Document>(modelName, schema, name);
  return {
    // mongoose types its wrapper of the driver's collection without the document.
    collection: model.collection as unknown as Collection<Document>,
    createIndexes: () => model.createIndexes(),
  };
}
