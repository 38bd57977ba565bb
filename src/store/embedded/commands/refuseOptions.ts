import { badValue, StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { isPlain } from '../bson/values.js';

// What every command may carry without effect here: reads are of committed data, writes are on disk when answered.
const HARMLESS = [
  '$db',
  'comment',
  'maxTimeMS',
  'readConcern',
  'writeConcern',
  'let',
  'noCursorTimeout',
  'allowDiskUse',
];

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  find: ['filter', 'sort', 'projection', 'skip', 'limit', 'batchSize', 'singleBatch'],
  insert: ['documents', 'ordered', 'bypassDocumentValidation'],
  update: ['updates', 'ordered', 'bypassDocumentValidation'],
  delete: ['deletes', 'ordered'],
  findAndModify: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'arrayFilters',
    'bypassDocumentValidation',
  ],
  count: ['query', 'limit', 'skip', 'fields'],
  distinct: ['key', 'query'],
  aggregate: ['pipeline', 'cursor', 'bypassDocumentValidation'],
};

/** Refuses options that would change the result and are not supported: never a silently wrong answer. */
export function refuseOptions(command: string, body: Doc): void {
  refuseTransaction(body);
  refuseConcerns(body);
  refuseHint(body);
  for (const [name, value] of Object.entries(body)) {
    if (name === command || name === 'findandmodify' || HARMLESS.includes(name)) continue;
    if (KNOWN[command]?.includes(name) === true) continue;
    if (value === false || value === undefined || value === null) continue;
    if (name === 'collation') refuseCollation(value);
    else if (name !== 'txnNumber' && name !== 'stmtId') {
      throw badValue(`the option '${name}' of ${command} is not supported by the embedded store`);
    }
  }
  if (isPlain(body['let']) && Object.keys(body['let']).length > 0) throw badValue("'let' is not supported");
}

/** Reads and writes here are what a single server gives with 'local' and 'majority', and with w: 1 and j: true. */
function refuseConcerns({ readConcern, writeConcern }: Doc): void {
  const level = isPlain(readConcern) ? readConcern['level'] : undefined;
  if (level === 'snapshot' || level === 'linearizable')
    throw badValue(`the read concern '${level}' is not supported`);
  const w = isPlain(writeConcern) ? writeConcern['w'] : undefined;
  if (typeof w === 'number' && w > 1) throw badValue("cannot use 'w' > 1 when a host is not replicated");
}

/** A hint would choose the index, which is not supported; in a statement it stands beside the filter. */
export function refuseHint(statement: Doc): void {
  if (statement['hint'] !== undefined) throw badValue('hints are not supported by the embedded store');
}

export function refuseCollation(value: unknown): void {
  if (value === undefined || (isPlain(value) && value['locale'] === 'simple')) return;
  throw badValue('collations are not supported by the embedded store');
}

/** Error 20, as a standalone MongoDB server answers. */
export function refuseTransaction(body: Doc): void {
  if (body['startTransaction'] !== undefined || body['autocommit'] !== undefined) {
    throw new StoreError(
      20,
      'IllegalOperation',
      'Transaction numbers are only allowed on a replica set member or mongos',
    );
  }
}
