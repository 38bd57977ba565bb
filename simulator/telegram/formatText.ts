import { badRequest } from './apiError.js';
import { parseHtml } from './parseHtml.js';
import type { WireEntity } from './wire.js';

/** Plain text with its entities, as a message keeps them. */
export type FormattedText = { text: string; entities: WireEntity[] };

/**
 * The text of a message or caption as the server keeps it: parsed, trimmed, at most `limit` characters after
 * parsing. Only HTML and explicit entities are simulated; another parse mode is refused.
 * Throws 400 `tooLong` over the limit, 400 on broken markup or a lone surrogate.
 */
export function formatText(
  source: string,
  options: {
    parseMode?: string | undefined;
    entities?: WireEntity[] | undefined;
    limit: number;
    tooLong: string;
  },
): FormattedText {
  if (/\p{Surrogate}/u.test(source)) throw badRequest('strings must be encoded in UTF-8');
  const { text, entities } = parse(source.replaceAll('\r', ''), options.parseMode, options.entities);
  const leading = text.length - text.trimStart().length;
  const trimmed = text.trim();
  if (trimmed.length > options.limit) throw badRequest(options.tooLong);
  return { text: trimmed, entities: leading || trimmed.length < text.length ? clip() : entities };

  function clip(): WireEntity[] {
    return entities.flatMap((entity) => {
      const start = Math.max(entity.offset - leading, 0);
      const end = Math.min(entity.offset - leading + entity.length, trimmed.length);
      return end > start ? [{ ...entity, offset: start, length: end - start }] : [];
    });
  }
}

function parse(source: string, mode: string | undefined, given: WireEntity[] | undefined): FormattedText {
  if (!mode) return { text: source, entities: given ?? [] };
  if (mode.toLowerCase() === 'html') return parseHtml(source);
  throw badRequest('unsupported parse_mode');
}
