/** Tells a store that is away for now from everything else that can go wrong. */
const AWAY_NAMES = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
  'DisconnectedError',
]);

/** Server codes of a node that shuts down, steps down or cannot reach enough others (MongoDB's error code table). */
const AWAY_CODES = new Set([6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/**
 * Whether this failed because the store could not be reached or could not write for now: tried again without end,
 * and never counted against what was being done.
 */
export function isStoreAway(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (AWAY_NAMES.has(at.name)) return true;
    const { code, result } = at as Error & {
      code?: unknown;
      result?: { getWriteConcernError?(): { code?: number } | undefined };
    };
    if (at.name.startsWith('Mongo') && typeof code === 'number' && AWAY_CODES.has(code)) return true;
    const concern = result?.getWriteConcernError?.()?.code;
    if (concern !== undefined && AWAY_CODES.has(concern)) return true;
    // The driver says so when a connection was closed on purpose while an operation was waiting.
    if (at.name.startsWith('Mongoose') && /disconnect|not connected|initial connection/i.test(at.message))
      return true;
  }
  return false;
}
