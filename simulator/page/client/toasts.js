// @ts-check
import { byId, el, icon } from './dom.js';
import { t } from './texts.js';

const SHOWN_MS = 4_500;

/**
 * Says something in passing; a screen reader says it too.
 * @param {string} text
 * @param {{ bad?: boolean; lasting?: boolean; box?: HTMLElement }} [how] `box`: where, else at the foot of the page
 */
export function toast(text, { bad = false, lasting = false, box = byId('toasts') } = {}) {
  for (const old of box.children) if (old.textContent === text) old.remove();
  const shown = el('div', { class: bad ? 'toast bad' : 'toast', role: bad ? 'alert' : 'status' }, text);
  for (const old of [...box.children].slice(0, -2)) old.remove();
  box.append(shown);
  setTimeout(() => shown.remove(), lasting ? SHOWN_MS * 3 : SHOWN_MS);
}

/**
 * What the bot wants to be confirmed, as the apps show it.
 * @param {string} text
 */
export function alertBox(text) {
  const box = /** @type {HTMLDialogElement} */ (byId('alert'));
  box.replaceChildren(
    el('p', { id: 'alert-text' }, text),
    el('form', { method: 'dialog' }, el('button', { class: 'main', autofocus: true }, t('alert.ok'))),
  );
  box.setAttribute('aria-labelledby', 'alert-text');
  box.showModal();
}

/**
 * A picture in its full size.
 * @param {string} address
 * @param {string} name
 */
export function showPicture(address, name) {
  const box = /** @type {HTMLDialogElement} */ (byId('picture'));
  const close = el(
    'button',
    { class: 'round', 'aria-label': t('picture.close'), autofocus: true, onclick: () => box.close() },
    icon('close'),
  );
  box.replaceChildren(el('img', { src: address, alt: name }), close);
  box.setAttribute('aria-label', name);
  box.showModal();
}

/**
 * Said to who listens only.
 * @param {string} text
 */
export function say(text) {
  const box = byId('said');
  box.append(el('p', {}, text));
  while (box.children.length > 20) box.firstElementChild?.remove();
}
