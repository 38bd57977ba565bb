/** Connects to the store: the server that is named, or the embedded one when none is. */
import mongoose from 'mongoose';

/** How long an operation looks for a server: the webhook has to answer 503 within 2 s (promise 2). */
const SERVER_SELECTION_MS = 1_200;
/** A server that took an operation and says nothing for so long is given up; an index over a large ledger takes its time. */
const SOCKET_MS = 120_000;

export type Store = {
  connection: mongoose.Connection;
  /** Only this process can use the store, so nobody else holds leases in it. */
  embedded: boolean;
  /** Bytes that the embedded store maps into memory; 0 on a server. */
  mappedBytes(): number;
  close(): Promise<void>;
};

/**
 * Opens `database` on `mongodbUri`, or in the embedded store under `dataDir` when there is none. `onWarning` hears
 * what the embedded store has to say about itself (such as its size), as a code and fields. Throws when the store cannot be reached or
 * the folder is in use.
 */
export async function connectStore(settings: {
  mongodbUri?: string;
  dataDir: string;
  database?: string;
  onWarning: (code: string, fields: object) => void;
}): Promise<Store> {
  if (settings.mongodbUri !== undefined) {
    const connection = await open(settings.mongodbUri, settings.database, true);
    return { connection, embedded: false, mappedBytes: () => 0, close: () => connection.close() };
  }
  const { startEmbeddedStore } = await import('./embedded/startEmbeddedStore.js');
  const server = await startEmbeddedStore({
    dir: settings.dataDir,
    onWarning: (code, fields) => settings.onWarning(code, fields),
  });
  const connection = await open(server.uri, settings.database, false);
  return {
    connection,
    embedded: true,
    mappedBytes: () => server.mappedBytes(),
    async close() {
      await connection.close();
      await server.close();
    },
  };
}

async function open(
  uri: string,
  database: string | undefined,
  durable: boolean,
): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection(uri, {
    ...(database === undefined ? {} : { dbName: database }),
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    connectTimeoutMS: SERVER_SELECTION_MS,
    socketTimeoutMS: SOCKET_MS,
    maxPoolSize: 20,
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    ignoreUndefined: true,
    // The embedded store has every write on disk before it answers.
    ...(durable ? { writeConcern: { w: 'majority' as const, journal: true } } : {}),
  });
  return connection.asPromise();
}
