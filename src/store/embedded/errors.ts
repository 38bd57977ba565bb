/** An answer with `ok: 0`: MongoDB's code, its name and what else belongs into the reply. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export const badValue = (message: string): StoreError => new StoreError(2, 'BadValue', message);
export const failedToParse = (message: string): StoreError => new StoreError(9, 'FailedToParse', message);
export const typeMismatch = (message: string): StoreError => new StoreError(14, 'TypeMismatch', message);
export const namespaceNotFound = (message: string): StoreError =>
  new StoreError(26, 'NamespaceNotFound', message);
export const indexNotFound = (message: string): StoreError => new StoreError(27, 'IndexNotFound', message);
export const conflictingUpdate = (message: string): StoreError =>
  new StoreError(40, 'ConflictingUpdateOperators', message);
export const commandNotFound = (name: string): StoreError =>
  new StoreError(59, 'CommandNotFound', `no such command: '${name}'`);
export const immutableField = (message: string): StoreError => new StoreError(66, 'ImmutableField', message);
/** What MongoDB says when a disk is full; here: the store's own size limit is reached. */
export const outOfSpace = (message: string): StoreError => new StoreError(14031, 'OutOfDiskSpace', message);

/** E11000 with what drivers and mongoose read from it. */
export function duplicateKey(
  namespace: string,
  index: string,
  keyPattern: Record<string, unknown>,
  keyValue: Record<string, unknown>,
): StoreError {
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${JSON.stringify(value) ?? 'undefined'}`)
    .join(', ');
  const message = `E11000 duplicate key error collection: ${namespace} index: ${index} dup key: { ${shown} }`;
  return new StoreError(11000, 'DuplicateKey', message, { keyPattern, keyValue });
}
