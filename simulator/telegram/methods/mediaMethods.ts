import { z } from 'zod';
import { badRequest } from '../apiError.js';
import { defineMethod, type Context, type Method } from '../context.js';
import type { NewFile, StoredFile } from '../createFiles.js';
import { formatText } from '../formatText.js';
import { entities, json } from '../params.js';
import type { Upload, WireMessage } from '../wire.js';
import { postAsBot, sendParams } from './postAsBot.js';

type MediaField = 'photo' | 'document' | 'voice' | 'video' | 'audio';
const FOLDERS: Record<MediaField, NewFile['kind']> = {
  photo: 'photos',
  document: 'documents',
  voice: 'voice',
  video: 'videos',
  audio: 'music',
};
const LARGEST_PHOTO_BYTES = 10 * 1024 * 1024;
const LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024;

const captionParams = {
  caption: z.string().optional(),
  parse_mode: z.string().optional(),
  caption_entities: entities,
};
type Caption = {
  caption?: string | undefined;
  parse_mode?: string | undefined;
  caption_entities?: WireMessage['entities'];
};

/** Photos, documents and other files (https://core.telegram.org/bots/api#sending-files). */
export const mediaMethods: Record<string, Method> = {
  sendPhoto: sendFile('photo'),
  sendDocument: sendFile('document'),
  sendVoice: sendFile('voice'),
  sendVideo: sendFile('video'),
  sendAudio: sendFile('audio'),

  sendMediaGroup: defineMethod(
    z.object({
      ...sendParams,
      media: json(
        z
          .array(
            z.object({
              type: z.enum(['photo', 'document', 'video', 'audio']),
              media: z.string(),
              ...captionParams,
            }),
          )
          .min(2)
          .max(10),
      ),
    }),
    async (context, params, uploads) => {
      const contents: Partial<WireMessage>[] = [];
      for (const item of params.media) {
        const file = await resolveFile(context, item.media, item.type, uploads);
        contents.push({ ...mediaContent(item.type, file), ...parseCaption(item) });
      }
      const group = `bot-album-${context.record.counts.calls}`;
      return contents.map((content) => postAsBot(context, params, { ...content, media_group_id: group }));
    },
  ),

  getFile: defineMethod(z.object({ file_id: z.string() }), (context, { file_id: id }) => {
    const file = context.files.byId(id);
    if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable');
    if (file.wire.file_size > LARGEST_DOWNLOAD_BYTES) throw badRequest('file is too big');
    const { file_id, file_unique_id, file_size } = file.wire;
    return { file_id, file_unique_id, file_size, file_path: file.path };
  }),
};

function sendFile(field: MediaField): Method {
  const schema = z.looseObject({ ...sendParams, ...captionParams });
  return defineMethod(schema, async (context, params, uploads) => {
    const given = z.string().optional().parse(params[field]);
    const caption = parseCaption(params);
    const file = await resolveFile(context, given ?? `attach://${field}`, field, uploads);
    return postAsBot(context, params, { ...mediaContent(field, file), ...caption });
  });
}

/** The part of a message that carries a file. */
export function mediaContent(field: MediaField, file: StoredFile): Partial<WireMessage> {
  return field === 'photo' ? { photo: [file.wire] } : { [field]: file.wire };
}

/** A caption of at most 1024 characters after parsing. */
export function parseCaption(params: Caption): Partial<WireMessage> {
  if (!params.caption) return {};
  const formatted = formatText(params.caption, {
    parseMode: params.parse_mode,
    entities: params.caption_entities,
    limit: 1024,
    tooLong: 'message caption is too long',
  });
  if (formatted.text === '') return {};
  const caption = { caption: formatted.text };
  return formatted.entities.length > 0 ? { ...caption, caption_entities: formatted.entities } : caption;
}

/** A file by id, from the request, or from an address on loopback (nothing else is fetched). */
async function resolveFile(
  context: Context,
  given: string,
  field: MediaField,
  uploads: Map<string, Upload>,
): Promise<StoredFile> {
  const attached = /^attach:\/\/(.+)$/.exec(given)?.[1];
  if (attached !== undefined) {
    const upload = uploads.get(attached);
    if (!upload) throw badRequest(`there is no ${field} in the request`);
    return addFile(context, field, upload);
  }
  if (/^https?:/.test(given)) return addFile(context, field, await download(given));
  const known = context.files.byId(given);
  if (!known) throw badRequest('wrong file identifier/HTTP URL specified');
  return known;
}

function addFile(context: Context, field: MediaField, { bytes, fileName, contentType }: Upload): StoredFile {
  if (bytes.length === 0) throw badRequest('file must be non-empty');
  if (field === 'photo' && bytes.length > LARGEST_PHOTO_BYTES) {
    throw badRequest('file is too big for a photo');
  }
  const details =
    field === 'photo' ? { width: 1280, height: 960 } : { file_name: fileName, mime_type: contentType };
  return context.files.add({ kind: FOLDERS[field], bytes, details });
}

async function download(url: string): Promise<Upload> {
  const { hostname, pathname } = new URL(url);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    throw badRequest('failed to get HTTP URL content');
  }
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw badRequest('failed to get HTTP URL content');
  return {
    fileName: pathname.split('/').at(-1) ?? 'file',
    contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}
