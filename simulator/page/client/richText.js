// @ts-check
import { el } from './dom.js';
import { t } from './texts.js';
import { toast } from './toasts.js';

/** @typedef {{ type: string; offset: number; length: number; url?: string }} Entity */

/** @type {Record<string, keyof HTMLElementTagNameMap>} */
const TAGS = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'code',
  blockquote: 'q',
};

/**
 * A text with its marks. Marks may lie in each other: the text is cut where any of them begins or ends. A command can be
 * pressed, as in the apps; `command` hears it. A link leads nowhere: nothing leaves this computer.
 * @param {string} text
 * @param {Entity[]} entities
 * @param {(command: string) => void} command
 */
export function richText(text, entities, command) {
  const cuts = [
    ...new Set([0, text.length, ...entities.flatMap(({ offset, length }) => [offset, offset + length])]),
  ]
    .filter((cut) => cut <= text.length)
    .sort((a, b) => a - b);
  const whole = document.createDocumentFragment();
  cuts.slice(0, -1).forEach((from, index) => {
    const to = cuts[index + 1] ?? from;
    const inside = entities.filter(({ offset, length }) => offset <= from && to <= offset + length);
    whole.append(
      inside.reduce(
        (/** @type {Node} */ node, entity) => wrap(node, entity, text, command),
        document.createTextNode(text.slice(from, to)),
      ),
    );
  });
  return whole;
}

/**
 * @param {Node} node
 * @param {Entity} entity
 * @param {string} text
 * @param {(command: string) => void} command
 */
function wrap(node, { type, offset, length, url }, text, command) {
  const words = text.slice(offset, offset + length);
  const tag = TAGS[type];
  if (tag) return el(tag, {}, node);
  if (type === 'bot_command')
    return el('button', { type: 'button', class: 'link', onclick: () => command(words) }, node);
  if (type === 'url' || type === 'text_link')
    return el(
      'button',
      { type: 'button', class: 'link', onclick: () => toast(t('link.stays', { link: url ?? words })) },
      node,
    );
  return ['mention', 'hashtag', 'email'].includes(type) ? el('span', { class: 'marked' }, node) : node;
}
