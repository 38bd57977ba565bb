// @ts-check
import { createClock } from './clock.js';
import { connect } from './connection.js';
import { byId, el } from './dom.js';
import { createOffice } from './office.js';
import { createPane } from './pane.js';
import { onLanguage, setLanguage, t } from './texts.js';
import { alertBox, say, toast } from './toasts.js';
import { createTools } from './tools.js';
import { createTour } from './tour.js';

/**
 * @typedef {import('./message.js').Message} Message
 * @typedef {ReturnType<typeof createPane>} Pane
 */

const ORDER = ['telegram', 'zalo', 'board', 'unit'];

/** @type {Map<string, Map<string, Message>>} */
const messages = new Map();
/** @type {Map<string, Pane>} */
const panes = new Map();
let current = 'telegram';

const clock = createClock();
const office = createOffice();
const tour = createTour(panes, clock, (pane) => turnTo(pane));
createTools(office);

/** On a narrow screen one pane is seen at a time. */
const isNarrow = matchMedia('(max-width: 760px)');

/** @param {string} pane */
const isSeen = (pane) => document.visibilityState === 'visible' && (!isNarrow.matches || current === pane);

/**
 * @param {string} pane
 * @param {boolean} [focus]
 */
function turnTo(pane, focus = false) {
  current = pane;
  document.body.dataset['current'] = pane;
  panes.get(pane)?.seen();
  drawTabs();
  if (focus) panes.get(pane)?.focus();
}

function drawTabs() {
  const tabs = byId('tabs');
  const names = [...panes.keys(), 'office'];
  tabs.setAttribute('aria-label', t('skip'));
  const had = tabs.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-pane')
    : undefined;
  tabs.replaceChildren(
    ...names.map((name) => {
      const count = panes.get(name)?.unread() ?? 0;
      return el(
        'button',
        {
          type: 'button',
          'aria-current': name === current ? 'page' : undefined,
          data: { pane: name },
          onclick: () => turnTo(name),
        },
        el('span', { class: 'tabname' }, t(`pane.${name}`)),
        count > 0 &&
          el('span', { class: 'badge', 'aria-label': t('chat.unread', { n: count }) }, String(count)),
      );
    }),
  );
  if (had) /** @type {HTMLElement | null} */ (tabs.querySelector(`[data-pane="${had}"]`))?.focus();
  const total = [...panes.values()].reduce((sum, pane) => sum + pane.unread(), 0);
  document.title = `${total > 0 ? `(${total}) ` : ''}${t('title')}`;
}

/** @param {Message} message */
function keep(message) {
  const own = messages.get(message.chat) ?? new Map();
  messages.set(message.chat, own);
  const isNew = !own.has(message.id);
  own.set(message.id, message);
  return isNew;
}

/** @param {any} hello */
async function begin(hello) {
  await setLanguage(hello.lang);
  messages.clear();
  panes.clear();
  for (const message of hello.messages) keep(message);
  for (const name of ORDER) {
    const chats = hello.chats.filter((/** @type {{ pane: string }} */ chat) => chat.pane === name);
    if (chats.length > 0)
      panes.set(name, createPane(name, chats, messages, { isSeen: () => isSeen(name), unread: drawTabs }));
  }
  const box = byId('chats');
  box.replaceChildren(...[...panes.values()].map((pane) => pane.element));
  box.dataset['panes'] = String(panes.size);
  for (const pane of panes.values()) pane.draw();
  clock.set(hello);
  office.show(hello.office);
  office.setFaults(hello.faults);
  tour.show(hello.tour);
  turnTo(panes.has(current) || current === 'office' ? current : 'telegram');
  document.body.dataset['ready'] = 'true';
}

connect({
  hello: (hello) => void begin(hello),
  message(/** @type {Message} */ message) {
    const isNew = keep(message);
    for (const pane of panes.values()) {
      if (!pane.chats.some(({ id }) => id === message.chat)) continue;
      pane.show(message, isNew);
      if (message.fromBot && pane.isShown(message.chat)) {
        const chat = t(`pane.${pane.pane}`);
        say(
          isNew
            ? t('said', { chat, name: t('chat.bot'), text: message.text })
            : t('changed', { chat, text: message.text }),
        );
      }
    }
    tour.mark();
  },
  gone({ chat, message }) {
    messages.get(chat)?.delete(message);
    for (const pane of panes.values()) if (pane.isShown(chat)) pane.drop(message);
  },
  typing({ chat, on }) {
    for (const pane of panes.values()) if (pane.chats.some(({ id }) => id === chat)) pane.type(chat, on);
  },
  toast({ chat, speaker, text, alert }) {
    const here = [...panes.values()].find((pane) => pane.isHeldBy(chat, speaker));
    if (alert && here) alertBox(text);
    else toast(text, here ? { box: here.toasts } : {});
  },
  clock: (now) => clock.set(now),
  office: (next) => office.show(next),
  faults: (on) => office.setFaults(on),
  tour: (state) => tour.show(state),
  language: ({ lang }) => void setLanguage(lang),
});

onLanguage(() => {
  for (const pane of panes.values()) pane.draw();
  clock.draw();
  office.draw();
  tour.draw();
  drawTabs();
});
document.addEventListener('visibilitychange', () => {
  for (const pane of panes.values()) pane.seen();
});
isNarrow.addEventListener('change', () => turnTo(current));

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape')
    for (const open of document.querySelectorAll('details.menu[open]')) open.removeAttribute('open');
  const name = event.altKey ? [...panes.keys()][Number(event.key) - 1] : undefined;
  if (name === undefined) return;
  event.preventDefault();
  turnTo(name, true);
});
document.addEventListener('click', (event) => {
  for (const open of document.querySelectorAll('details.menu[open]'))
    if (!open.contains(/** @type {Node} */ (event.target))) open.removeAttribute('open');
});
