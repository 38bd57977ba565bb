import { failedToParse } from '../errors.js';
import { compileFilter } from '../query/compileFilter.js';
import { compileProjection } from '../query/project.js';
import { parseSort } from '../query/sort.js';
import { insertRecord, removeRecord, replaceRecord } from '../storage/records.js';
import { applyUpdate, upsertDocument } from '../update/applyUpdate.js';
import { compileUpdate } from '../update/compileUpdate.js';
import { RawDocument } from '../wire/messages.js';
import { collectionName, isTrue, type Command } from './context.js';
import { refuseOptions } from './refuseOptions.js';
import { selectFirst } from './select.js';
import { idOf } from './update.js';

/** `findAndModify`: finds one document and changes or removes it, at once. */
export const findAndModify: Command = (context, request) => {
  const { body, db } = request;
  refuseOptions('findAndModify', body);
  const name = collectionName(request);
  const removes = isTrue(body['remove']);
  const upsert = isTrue(body['upsert']);
  const filter = compileFilter(body['query'] ?? {});
  const sort = parseSort(body['sort']);
  const projection = compileProjection(body['fields']);
  if (removes === (body['update'] !== undefined)) {
    throw failedToParse('Either an update or remove=true must be specified');
  }
  if (removes && (upsert || isTrue(body['new']))) {
    throw failedToParse('Cannot specify both upsert=true or new=true and remove=true');
  }
  const update = removes ? undefined : compileUpdate(body['update'], body['arrayFilters'], context.now);
  const shown = (raw: Buffer): RawDocument => new RawDocument(projection ? projection(raw) : raw);
  const { storage, catalogue } = context;

  return storage.write(
    () => {
      const collection = upsert ? catalogue.ensure(db, name) : catalogue.find(db, name);
      const found = collection && selectFirst(context, collection, filter, sort);
      if (collection && !found && upsert && update) {
        const raw = upsertDocument(update, filter);
        insertRecord(storage, collection, raw);
        const lastErrorObject = { n: 1, updatedExisting: false, upserted: idOf(raw) };
        return { lastErrorObject, value: isTrue(body['new']) ? shown(raw) : null };
      }
      if (!collection || !found) {
        return { lastErrorObject: { n: 0, ...(removes ? {} : { updatedExisting: false }) }, value: null };
      }
      const { record, raw } = found;
      if (!update) {
        removeRecord(storage, collection, record, raw);
        return { lastErrorObject: { n: 1 }, value: shown(raw) };
      }
      const after = applyUpdate(raw, update, filter);
      if (after.raw !== raw) replaceRecord(storage, collection, record, raw, after.raw, after.changed);
      return {
        lastErrorObject: { n: 1, updatedExisting: true },
        value: shown(isTrue(body['new']) ? after.raw : raw),
      };
    },
    { frees: removes },
  );
};
