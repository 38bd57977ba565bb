// @ts-check
import { el, icon } from './dom.js';
import { richText } from './richText.js';
import { sizeOf, t, timeOf } from './texts.js';
import { showPicture } from './toasts.js';

/**
 * @typedef {{ text: string; id?: string; link?: string }} Button
 * @typedef {{ id: string; chat: string; at: string; from: { id: string; name: string }; fromBot: boolean; text: string;
 *   entities: import('./richText.js').Entity[]; buttons: Button[][]; edited: boolean; replyTo?: string; photo?: string;
 *   file?: { name: string; size: number; address?: string }; other?: string; mark?: 'template' | 'billed' }} Message
 * @typedef {{ mine: boolean; named: boolean; replied: Message | undefined; press(button: Button): void; reply(): void;
 *   command(text: string): void }} Around
 */

const OTHERS = ['sticker', 'voice', 'video', 'audio', 'location', 'contact'];
const EMOJI = /** @type {Record<string, string>} */ ({
  sticker: '👍',
  voice: '🎙️',
  video: '🎬',
  audio: '🎵',
  location: '📍',
  contact: '👤',
});

/**
 * A message as a bubble with its buttons below.
 * @param {Message} message
 * @param {Around} around
 */
export function messageElement(message, { mine, named, replied, press, reply, command }) {
  const name = message.fromBot ? t('chat.bot') : message.from.name;
  const bubble = el(
    'div',
    { class: 'bubble' },
    named && el('span', { class: `name tint${tint(message.from.id)}` }, name),
    message.replyTo !== undefined && quote(replied),
    message.photo !== undefined && photo(message.photo),
    message.file && file(message.file),
    message.other !== undefined && other(message.other),
    message.text !== '' && el('div', { class: 'text' }, richText(message.text, message.entities, command)),
    meta(message),
  );
  const replyButton = el(
    'button',
    {
      type: 'button',
      class: 'reply',
      'aria-label': t('chat.replyTo', { name }),
      title: t('chat.reply'),
      onclick: reply,
    },
    icon('reply'),
  );
  const classes = [
    'message',
    mine ? 'mine' : 'theirs',
    message.fromBot ? 'bot' : '',
    message.other && !OTHERS.includes(message.other) ? 'service' : '',
  ];
  return el(
    'article',
    {
      class: classes.filter(Boolean).join(' '),
      data: { id: message.id },
      'aria-label': `${name}, ${timeOf(message.at)}`,
    },
    el('div', { class: 'line' }, bubble, replyButton),
    message.buttons.length > 0 && keyboard(message.buttons, press),
  );
}

/** @param {string} id */
const tint = (id) => [...id].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 6;

/** @param {Message} message */
const meta = (message) =>
  el(
    'span',
    { class: 'meta' },
    message.mark && el('span', { class: 'mark' }, t(`chat.${message.mark}`)),
    message.edited && el('span', {}, t('chat.edited')),
    el('time', { datetime: message.at }, timeOf(message.at)),
  );

/** @param {Message | undefined} replied */
const quote = (replied) =>
  el(
    'div',
    { class: 'quote' },
    el('b', {}, replied ? (replied.fromBot ? t('chat.bot') : replied.from.name) : ''),
    el('span', {}, replied ? replied.text || t('chat.photo') : t('chat.deleted')),
  );

/** @param {string} address */
function photo(address) {
  const image = el('img', { src: address, alt: t('chat.photo'), loading: 'lazy' });
  image.addEventListener('error', () => image.replaceWith(el('span', { class: 'nopicture' }, '🖼️')));
  return el(
    'button',
    { type: 'button', class: 'photo', onclick: () => showPicture(address, t('chat.photo')) },
    image,
  );
}

/** @param {{ name: string; size: number; address?: string }} file */
const file = ({ name, size, address }) =>
  el(
    address === undefined ? 'span' : 'a',
    { class: 'file', ...(address === undefined ? {} : { href: address, download: name }) },
    el('span', { class: 'fileicon' }, icon('file')),
    el('span', { class: 'filename' }, el('b', {}, name), el('small', {}, sizeOf(size))),
  );

/** @param {string} kind */
const other = (kind) =>
  OTHERS.includes(kind)
    ? el(
        'div',
        { class: `other ${kind}` },
        el('span', { 'aria-hidden': 'true' }, EMOJI[kind] ?? ''),
        t(`other.${kind}`),
      )
    : el('div', {}, t('other.service'));

/**
 * @param {Button[][]} rows
 * @param {(button: Button) => void} press
 */
const keyboard = (rows, press) =>
  el(
    'div',
    { class: 'keyboard' },
    ...rows.map((row) =>
      el(
        'div',
        { class: 'keys' },
        ...row.map((button) => {
          const key = el(
            'button',
            { type: 'button', class: 'key', data: { id: button.id ?? '' } },
            button.text,
          );
          key.addEventListener('click', () => {
            key.classList.add('pressed');
            setTimeout(() => key.classList.remove('pressed'), 900);
            press(button);
          });
          return key;
        }),
      ),
    ),
  );
