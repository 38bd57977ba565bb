import { commandNotFound } from '../errors.js';
import { aggregate } from '../aggregate/aggregate.js';
import {
  buildInfo,
  collStats,
  create,
  dbStats,
  drop,
  dropDatabase,
  hello,
  listCollections,
  listDatabases,
  ping,
} from './admin.js';
import type { Command } from './context.js';
import { count, distinct } from './count.js';
import { remove } from './delete.js';
import { find, getMore, killCursors } from './find.js';
import { findAndModify } from './findAndModify.js';
import { createIndexes, dropIndexes, listIndexes } from './indexes.js';
import { insert } from './insert.js';
import { refuseTransaction } from './refuseOptions.js';
import { update } from './update.js';

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['hello', hello],
  ['ismaster', hello],
  ['isMaster', hello],
  ['ping', ping],
  ['buildInfo', buildInfo],
  ['buildinfo', buildInfo],
  ['endSessions', ping],
  ['insert', insert],
  ['find', find],
  ['getMore', getMore],
  ['killCursors', killCursors],
  ['update', update],
  ['delete', remove],
  ['findAndModify', findAndModify],
  ['findandmodify', findAndModify],
  ['aggregate', aggregate],
  ['count', count],
  ['distinct', distinct],
  ['create', create],
  ['drop', drop],
  ['dropDatabase', dropDatabase],
  ['listCollections', listCollections],
  ['listDatabases', listDatabases],
  ['createIndexes', createIndexes],
  ['dropIndexes', dropIndexes],
  ['listIndexes', listIndexes],
  ['dbStats', dbStats],
  ['collStats', collStats],
]);

/** Carries out a command; CommandNotFound (59) for what the store does not know. */
export const runCommand: Command = (context, request, connection) => {
  const command = commands.get(request.name);
  if (!command) throw commandNotFound(request.name);
  refuseTransaction(request.body);
  return command(context, request, connection);
};
