import { ObjectId } from 'bson';
import { badValue, failedToParse, StoreError } from '../errors.js';
import { eachElement, type Doc } from '../bson/readBson.js';
import { document, encodeDocument, LARGEST_DOCUMENT, elementsOf, tooLarge } from '../bson/spliceFields.js';
import { insertRecord } from '../storage/records.js';
import { collectionName, type Command } from './context.js';
import { refuseOptions } from './refuseOptions.js';
import { writeError } from './writeErrors.js';

/** `insert`: all documents in one commit; each by itself may fail. */
export const insert: Command = (context, request) => {
  const { body, db, documents } = request;
  refuseOptions('insert', body);
  if (documents.length === 0)
    throw badValue('Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const name = collectionName(request);
  const ordered = body['ordered'] !== false;
  const prepared = documents.map(prepare);
  return context.storage.write(() => {
    const collection = context.catalogue.ensure(db, name);
    const errors: Doc[] = [];
    let n = 0;
    for (const [i, raw] of prepared.entries()) {
      try {
        if (raw instanceof StoreError) throw raw;
        insertRecord(context.storage, collection, raw);
        n++;
      } catch (error) {
        errors.push(writeError(i, error));
        if (ordered) break;
      }
    }
    return errors.length > 0 ? { n, writeErrors: errors } : { n };
  });
};

function prepare(raw: Buffer): Buffer | StoreError {
  try {
    return withId(raw);
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw failedToParse(`invalid BSON: ${String(error)}`);
  }
}

/** The document with `_id` as its first field; one is made when it has none. */
function withId(raw: Buffer): Buffer {
  if (raw.length > LARGEST_DOCUMENT) throw tooLarge(raw.length);
  let first = true;
  let found = false;
  let count = 0;
  eachElement(raw, 0, (name, type) => {
    count++;
    if (name === '_id') {
      first = count === 1;
      found = true;
      checkIdType(type);
    } else if (name.startsWith('$')) {
      throw new StoreError(
        52,
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${name}' is not allowed`,
      );
    }
  });
  if (found && first) return raw;
  if (!found)
    return document([...elementsOf(encodeDocument({ _id: new ObjectId() })).values(), raw.subarray(4, -1)]);
  const elements = elementsOf(raw);
  const id = elements.get('_id');
  elements.delete('_id');
  return document([...(id ? [id] : []), ...elements.values()]);
}

function checkIdType(type: number): void {
  const wrong = type === 0x04 ? 'array' : type === 0x0b ? 'regex' : type === 0x06 ? 'undefined' : undefined;
  if (wrong) throw new StoreError(53, 'InvalidIdField', `The '_id' value cannot be of type ${wrong}`);
}
