import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { Answer, Api } from './createApi.js';
import { fileAttachment, pictureAttachment } from './encode.js';
import { FILE_TYPES, IMAGE_TYPES, LIMITS, PATHS, UPLOAD_KEPT_MS } from './facts.js';
import { fileSchema, imageSchema } from './wire.js';

const KEPT = 500;

export type File = { name: string; mime: string; bytes: Uint8Array };
export type Attached = { attachment: object; takesText: boolean };
export type Uploaded =
  | { kind: 'attached'; attached: Attached; key: string }
  /** Not what the platform takes: `file-type` or `file-too-large`. */
  | { kind: 'refused'; why: string }
  | { kind: 'failed'; answer: Exclude<Answer, { kind: 'ok' }> };

/** Files to be sent. One that was uploaded within six days is not uploaded again: 5,000 uploads a month are allowed. */
export type Uploads = {
  upload(file: File): Promise<Uploaded>;
  /** The platform has forgotten this one. */
  forget(key: string): void;
};

export function createUploads(clock: Clock, api: Pick<Api, 'upload'>): Uploads {
  const known = new Map<string, { attached: Attached; until: number }>();
  return {
    async upload(file) {
      const type = typeOf(file);
      if (type === undefined) return { kind: 'refused', why: 'file-type' };
      if (file.bytes.length > type.maxBytes) return { kind: 'refused', why: 'file-too-large' };
      const key = createHash('sha256')
        .update(type.path)
        .update(file.name)
        .update('\0')
        .update(file.bytes)
        .digest('base64url');
      const before = known.get(key);
      if (before && before.until > clock.now().getTime())
        return { kind: 'attached', attached: before.attached, key };
      const answer = await api.upload(type.path, { ...file, mime: type.mime });
      if (answer.kind !== 'ok') return { kind: 'failed', answer };
      const attached = type.read(answer.data);
      if (attached === undefined) return { kind: 'failed', answer: { kind: 'away', why: 'bad-answer' } };
      if (known.size >= KEPT)
        for (const oldest of [...known.keys()].slice(0, KEPT / 10)) known.delete(oldest);
      known.set(key, { attached, until: clock.now().getTime() + UPLOAD_KEPT_MS });
      return { kind: 'attached', attached, key };
    },
    forget: (key) => void known.delete(key),
  };
}

type UploadType = { path: string; mime: string; maxBytes: number; read(data: unknown): Attached | undefined };

/** By its media type, else by the end of its name. */
function typeOf({ mime, name }: File): UploadType | undefined {
  const end = /\.(\w+)$/.exec(name.toLowerCase())?.[1]?.replace('jpeg', 'jpg');
  const find = (types: Readonly<Record<string, string>>): string | undefined =>
    types[mime] === undefined ? Object.keys(types).find((one) => types[one] === end) : mime;
  const image = find(IMAGE_TYPES);
  if (image !== undefined)
    return { path: PATHS.uploadImage, mime: image, maxBytes: LIMITS.imageBytes, read: readImage };
  const file = find(FILE_TYPES);
  return file === undefined
    ? undefined
    : { path: PATHS.uploadFile, mime: file, maxBytes: LIMITS.fileBytes, read: readFile };
}

function readImage(data: unknown): Attached | undefined {
  const image = imageSchema.safeParse(data);
  return image.success ? { attachment: pictureAttachment(image.data), takesText: true } : undefined;
}

function readFile(data: unknown): Attached | undefined {
  const file = fileSchema.safeParse(data);
  return file.success ? { attachment: fileAttachment(file.data.token), takesText: false } : undefined;
}
