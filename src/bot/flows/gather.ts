import { NAV, type Parsed, type Phrase, type Reply } from '../../conversation/flow.js';
import type { Attachment } from '../../domain/question.js';
import { normalize, textLength } from '../../domain/text.js';
import { taken, wrong, type ContentLimits, type Gathered } from './askDraft.js';

/** What people send to an office: pictures, PDF, and the usual text and table documents. */
const MIMES =
  /^(?:image\/(?:jpeg|png|webp|heic|heif|gif|bmp|tiff)|application\/(?:pdf|msword|rtf|vnd\.openxmlformats-officedocument\.[\w.]+|vnd\.ms-excel|vnd\.ms-powerpoint|vnd\.oasis\.opendocument\.[\w.]+)|text\/(?:plain|csv|rtf))$/i;
const NAMES = /\.(?:jpe?g|png|webp|heic|heif|gif|bmp|tiff?|pdf|docx?|rtf|xlsx?|pptx?|od[tsp]|txt|csv)$/i;

/** The texts gathered so far as one. */
export function joined(gathered: Gathered): string {
  return gathered.parts.join('\n\n');
}

/**
 * Takes one message, photo, document or 'done' of several that count as one (A1). Text after 'done' begins anew;
 * a photo or document is added. Says by how much a text is too short or too long, and why a file is not taken.
 */
export function gather<D extends Gathered>(
  reply: Reply,
  draft: D,
  limits: ContentLimits,
): Parsed<{ draft: D; stay?: Phrase | 'silent' | 'ask' }> {
  if (reply.kind === 'choice')
    return reply.value === NAV.done ? finish(draft, limits) : wrong('common:wrong.choose');
  if (reply.kind === 'text') return addText(draft, reply.text, limits);
  if (reply.kind !== 'attachment') return wrong('common:wrong.textOnly');
  const refused = refuseAttachment(draft.attachments, reply.attachment, limits);
  if (refused) return { ok: false, wrong: refused };
  const withFile: D = { ...draft, attachments: [...draft.attachments, reply.attachment] };
  const caption = normalize(reply.caption ?? '');
  return caption === '' ? progress(withFile, limits) : addText(withFile, caption, limits);
}

/** Why this file is not taken, or undefined. */
export function refuseAttachment(
  have: readonly Attachment[],
  given: Attachment,
  limits: ContentLimits,
): Phrase | undefined {
  if (have.length >= limits.attachments)
    return { key: 'ask:content.tooManyFiles', values: { most: limits.attachments } };
  if (given.kind === 'document' && !(given.mime ? MIMES.test(given.mime) : NAMES.test(given.name ?? '')))
    return { key: 'ask:content.wrongFile' };
  if ((given.size ?? 0) > limits.attachmentBytes)
    return {
      key: 'ask:content.fileTooLarge',
      values: { most: Math.floor(limits.attachmentBytes / 1024 / 1024) },
    };
  return undefined;
}

function addText<D extends Gathered>(
  draft: D,
  text: string,
  limits: ContentLimits,
): Parsed<{ draft: D; stay?: Phrase | 'silent' | 'ask' }> {
  const parts = draft.closed ? [text] : [...draft.parts, text];
  const length = textLength(parts.join('\n\n'));
  if (length > limits.contentMax)
    return wrong('ask:content.tooLong', {
      length,
      over: length - limits.contentMax,
      most: limits.contentMax,
    });
  return progress({ ...draft, parts }, limits);
}

function progress<D extends Gathered>(
  draft: D,
  limits: ContentLimits,
): Parsed<{ draft: D; stay?: Phrase | 'silent' | 'ask' }> {
  const { closed: _closed, ...open } = draft;
  const values = {
    length: textLength(joined(draft)),
    most: limits.contentMax,
    files: draft.attachments.length,
    mostFiles: limits.attachments,
  };
  // Only `closed` was taken out, and it is optional.
  return taken(open as D, { key: 'ask:content.received', values });
}

function finish<D extends Gathered>(
  draft: D,
  limits: ContentLimits,
): Parsed<{ draft: D; stay?: Phrase | 'silent' | 'ask' }> {
  const length = textLength(joined(draft));
  if (length < limits.contentMin)
    return length === 0 && draft.attachments.length > 0
      ? wrong('ask:content.wordsMissing')
      : wrong('ask:content.tooShort', {
          length,
          least: limits.contentMin,
          missing: limits.contentMin - length,
        });
  return taken({ ...draft, closed: true });
}
