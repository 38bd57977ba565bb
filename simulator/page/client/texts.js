// @ts-check
/** @typedef {'vi' | 'en'} Lang */

/** @type {Record<string, any>} */
let tree = {};
let isLoaded = false;
/** @type {Lang} */
let lang = 'vi';
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Lang} */
export const language = () => lang;

/**
 * Loads the texts of a language and has everything written anew.
 * @param {Lang} next
 */
export async function setLanguage(next) {
  const response = await fetch(`/texts/${next}.json`);
  tree = await response.json();
  isLoaded = true;
  lang = next;
  document.documentElement.lang = next;
  document.title = t('title');
  for (const element of document.querySelectorAll('[data-t]'))
    element.textContent = t(element.getAttribute('data-t') ?? '');
  for (const listener of listeners) listener();
}

/**
 * Called after every change of language.
 * @param {() => void} listener
 */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * The text of a key such as `chat.send`, with its values put in; nothing before the texts are there.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  if (!isLoaded) return '';
  /** @type {any} */
  const found = key.split('.').reduce((node, name) => node?.[name], tree);
  if (typeof found !== 'string') throw new Error(`no text ${key}`);
  return found.replace(/\{\{(\w+)\}\}/g, (/** @type {string} */ _, /** @type {string} */ name) =>
    String(values[name] ?? ''),
  );
}

const ZONE = 'Asia/Ho_Chi_Minh';

/** @param {string | Date} at */
export const timeOf = (at) =>
  new Intl.DateTimeFormat('vi-VN', {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));

/** @param {string | Date} at */
export const dayOf = (at) =>
  new Intl.DateTimeFormat(lang === 'vi' ? 'vi-VN' : 'en-GB', {
    timeZone: ZONE,
    weekday: 'long',
    day: 'numeric',
    month: lang === 'vi' ? 'numeric' : 'long',
  }).format(new Date(at));

/** @param {string | Date} at */
export const shortOf = (at) =>
  `${timeOf(at)} ${new Intl.DateTimeFormat(lang === 'vi' ? 'vi-VN' : 'en-GB', { timeZone: ZONE, weekday: 'short', day: 'numeric', month: 'numeric' }).format(new Date(at))}`;

/**
 * A size in bytes, for people.
 * @param {number} bytes
 */
export const sizeOf = (bytes) =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 * 1024
      ? `${Math.round(bytes / 1024)} kB`
      : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
