import type { Markup } from '../channel.js';

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** Markup as plain text. */
export function plainText(markup: Markup): string {
  return markup
    .replace(/<\/?[a-z]+[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
