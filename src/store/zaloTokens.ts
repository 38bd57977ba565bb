/** The tokens of the Zalo account: one document, its secrets encrypted, changed by compare-and-set on its version. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { DomainError } from '../domain/errors.js';
import { isDuplicateKey } from './duplicateKey.js';

type Stored = {
  _id: string; // the app's id
  version: number;
  sealed: string;
  expiresAt: Date;
  seeds: string[];
  lease?: { owner: string; until: Date };
  refused?: { at: Date; code: number };
};
type Secrets = { refreshToken: string; accessToken?: string };

const schema = new Schema<Stored>(
  {
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    sealed: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    seeds: { type: [String], required: true },
    lease: { type: new Schema({ owner: String, until: Date }, { _id: false }) },
    refused: { type: new Schema({ at: Date, code: Number }, { _id: false }) },
  },
  { versionKey: false, collection: 'zaloTokens', autoCreate: false, autoIndex: false },
);

/**
 * The token store of the Zalo channel for the app `appId`. `secretsKey` (SECRETS_KEY) is the secret that the tokens
 * are encrypted with: AES-256-GCM, the key made from it by HKDF-SHA-256, the app's id authenticated with it. Another
 * key than before makes `load` throw DomainError `secrets-key-wrong`.
 */
export function createZaloTokensStore(
  connection: Connection,
  settings: { appId: string; secretsKey: string },
) {
  const { appId: _id } = settings;
  const model = connection.model<Stored>('ZaloToken', schema);
  const box = createBox(settings.secretsKey, _id);
  const change = async (filter: object, update: object): Promise<boolean> =>
    (await model.updateOne({ _id, ...filter }, update)).modifiedCount === 1;
  const fresh = { lease: '', refused: '' };

  return {
    async load() {
      const found = await model.findById(_id).lean<Stored>();
      if (!found) return undefined;
      const { version, sealed, expiresAt, seeds, lease, refused } = found;
      return {
        version,
        ...box.open(sealed),
        expiresAt,
        seeds,
        ...(lease ? { lease } : {}),
        ...(refused ? { refused } : {}),
      };
    },

    async begin({ refreshToken, seed }: { refreshToken: string; seed: string }): Promise<boolean> {
      try {
        await model.create({
          _id,
          version: 1,
          sealed: box.seal({ refreshToken }),
          expiresAt: new Date(0),
          seeds: [seed],
        });
        return true;
      } catch (error) {
        if (isDuplicateKey(error) === undefined) throw error;
        return false;
      }
    },

    lease: (version: number, owner: string, now: Date, until: Date): Promise<boolean> =>
      change(
        { version, refused: null, $or: [{ lease: null }, { 'lease.until': { $lte: now } }] },
        { $set: { lease: { owner, until } } },
      ),

    async release(version: number, owner: string): Promise<void> {
      await change({ version, 'lease.owner': owner }, { $unset: { lease: '' } });
    },

    replace: (
      version: number,
      pair: { accessToken: string; refreshToken: string; expiresAt: Date },
    ): Promise<boolean> => {
      const { accessToken, refreshToken, expiresAt } = pair;
      const sealed = box.seal({ refreshToken, accessToken });
      return change({ version }, { $set: { version: version + 1, sealed, expiresAt }, $unset: fresh });
    },

    refuse: (version: number, refused: { at: Date; code: number }): Promise<boolean> =>
      change({ version, refused: null }, { $set: { refused }, $unset: { lease: '' } }),

    adopt: (
      version: number,
      { refreshToken, seed }: { refreshToken: string; seed: string },
    ): Promise<boolean> =>
      change(
        { version, refused: { $ne: null } },
        {
          $set: { version: version + 1, sealed: box.seal({ refreshToken }), expiresAt: new Date(0) },
          $push: { seeds: seed },
          $unset: fresh,
        },
      ),
  };
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets as base64url of iv, tag and ciphertext; `context` must be the same at opening. */
function createBox(
  secretsKey: string,
  context: string,
): { seal(secrets: Secrets): string; open(sealed: string): Secrets } {
  const key = Buffer.from(hkdfSync('sha256', secretsKey, 'danhoi', 'zalo-tokens', 32));
  return {
    seal(secrets) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(
        Buffer.from(context),
      );
      try {
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const text = Buffer.concat([
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
          decipher.final(),
        ]).toString('utf8');
        return JSON.parse(text) as Secrets; // authenticated: it is what `seal` wrote
      } catch (cause) {
        throw new DomainError('secrets-key-wrong', {}, { cause });
      }
    },
  };
}
