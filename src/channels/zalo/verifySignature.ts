import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether `header` (`mac=<hex>`) signs this body: SHA-256, not HMAC, of first term + raw body + the body's timestamp +
 * the account's secret key, compared in constant time. C: the first term is the app's id by the reference and the
 * account's id by some reports; either is taken, since nobody can make one without the key.
 */
export function verifySignature(signed: {
  header: string | undefined;
  body: Buffer;
  timestamp: string;
  appId: string;
  oaId?: string;
  oaSecretKey: string;
}): boolean {
  const given = /^(?:mac=)?([0-9a-f]{64})$/i.exec(signed.header?.trim() ?? '')?.[1];
  if (given === undefined) return false;
  const received = Buffer.from(given, 'hex');
  return [signed.appId, ...(signed.oaId === undefined ? [] : [signed.oaId])]
    .map((first) =>
      createHash('sha256')
        .update(first)
        .update(signed.body)
        .update(signed.timestamp)
        .update(signed.oaSecretKey)
        .digest(),
    )
    .reduce((found, expected) => timingSafeEqual(expected, received) || found, false);
}
