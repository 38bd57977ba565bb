// @ts-check
import { createComposer } from './composer.js';
import { order } from './connection.js';
import { el, icon } from './dom.js';
import { messageElement } from './message.js';
import { dayOf, t } from './texts.js';

/**
 * @typedef {import('./message.js').Message} Message
 * @typedef {{ id: string; name: string; role: string }} Speaker
 * @typedef {{ id: string; pane: string; platform: string; kind: 'private' | 'group'; title: string; speakers: Speaker[] }} Chat
 */

const NEAR_PX = 60;

/**
 * One phone: who holds it, what it shows, where they write.
 * @param {string} pane
 * @param {Chat[]} chats
 * @param {Map<string, Map<string, Message>>} messages of every chat
 * @param {{ isSeen(): boolean; unread(): void }} page
 */
export function createPane(pane, chats, messages, page) {
  const first = chats[0];
  if (!first?.speakers[0]) throw new Error(`nobody speaks in ${pane}`);
  let chat = first;
  let speaker = first.speakers[0];
  /** @type {Map<string, number>} */
  const unread = new Map();
  /** @type {Set<string>} */
  const typing = new Set();

  const label = el('h2', { id: `pane-${pane}` });
  const who = el('select', { id: `who-${pane}` });
  const whoLabel = el('label', { class: 'unseen', for: who.id });
  const avatar = el('span', { class: 'avatar', 'aria-hidden': 'true' });
  const title = el('b');
  const status = el('span', { class: 'status' });
  const log = el('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: 0 });
  const toasts = el('div', { class: 'toasts here' });
  const below = el('button', { type: 'button', class: 'below', hidden: true }, icon('down'), el('span'));
  const composer = createComposer(pane, () => ({ chat: chat.id, speaker: speaker.id, name: speaker.name }));
  const element = el(
    'section',
    { class: 'pane', id: pane, data: { platform: first.platform, pane }, 'aria-labelledby': label.id },
    el('header', { class: 'strip' }, label, el('div', { class: 'who' }, whoLabel, who)),
    el(
      'div',
      { class: 'phone' },
      el('header', { class: 'head' }, avatar, el('div', {}, title, status)),
      el('div', { class: 'middle' }, log, below, toasts),
      composer.element,
    ),
  );

  /** @returns {Map<string, Message>} */
  const shown = () => messages.get(chat.id) ?? new Map();
  const isNear = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  const toEnd = () => (log.scrollTop = log.scrollHeight);

  /** @param {Message} message */
  const draw = (message) =>
    messageElement(message, {
      mine: !message.fromBot && message.from.id === speaker.id,
      named: chat.kind === 'group' && message.from.id !== speaker.id,
      replied: message.replyTo === undefined ? undefined : shown().get(message.replyTo),
      press(button) {
        if (button.id !== undefined)
          void order('/act', {
            chat: chat.id,
            speaker: speaker.id,
            act: { do: 'press', message: message.id, button: button.id },
          });
      },
      reply: () =>
        composer.reply({
          id: message.id,
          name: message.fromBot ? t('chat.bot') : message.from.name,
          text: message.text.slice(0, 120),
        }),
      command: (text) => void order('/act', { chat: chat.id, speaker: speaker.id, act: { do: 'say', text } }),
    });

  /** @param {Message} message */
  const append = (message) => {
    const day = dayOf(message.at);
    if (log.dataset['day'] !== day) log.append(el('div', { class: 'day' }, el('span', {}, day)));
    log.dataset['day'] = day;
    log.append(draw(message));
  };

  const drawAll = () => {
    delete log.dataset['day'];
    log.replaceChildren();
    if (shown().size === 0) {
      const start = el(
        'button',
        {
          type: 'button',
          class: 'main start',
          onclick: () => void order('/act', { chat: chat.id, speaker: speaker.id, act: { do: 'start' } }),
        },
        t(`chat.start.${chat.platform}`),
      );
      log.append(
        el(
          'div',
          { class: 'empty' },
          el('p', {}, t('chat.empty')),
          chat.kind === 'private' && el('p', {}, t('chat.emptyHint')),
          chat.kind === 'private' && start,
        ),
      );
    }
    for (const message of shown().values()) append(message);
    toEnd();
    read();
  };

  const drawHead = () => {
    const isPrivate = chat.kind === 'private';
    label.textContent = t(`pane.${pane}`);
    whoLabel.textContent = t('chat.who');
    title.textContent = isPrivate ? t('chat.bot') : chat.title;
    avatar.textContent = isPrivate ? '💬' : (chat.title[0] ?? '');
    status.textContent = typing.has(chat.id)
      ? t('chat.typing')
      : isPrivate
        ? t('chat.private')
        : t('chat.members', { n: chat.speakers.length });
    status.classList.toggle('typing', typing.has(chat.id));
    log.setAttribute(
      'aria-label',
      t('chat.log', { chat: isPrivate ? `${t(`pane.${pane}`)}, ${speaker.name}` : chat.title }),
    );
  };

  const drawWho = () => {
    const options = chats.flatMap((one) =>
      one.speakers.map((person) => {
        const count = one === chat ? 0 : (unread.get(one.id) ?? 0);
        const option = el(
          'option',
          { value: `${one.id} ${person.id}` },
          `${person.name} · ${t(`role.${person.role}`)}${count > 0 ? ` (${count})` : ''}`,
        );
        return { option, isCitizen: person.role === 'citizen' };
      }),
    );
    const groups =
      chats.length > 1
        ? [true, false].map((isCitizen) => ({
            isCitizen,
            own: options.filter((one) => one.isCitizen === isCitizen),
          }))
        : [];
    who.replaceChildren(
      ...(groups.length > 0
        ? groups
            .filter(({ own }) => own.length > 0)
            .map(({ isCitizen, own }) =>
              el(
                'optgroup',
                { label: t(isCitizen ? 'chat.citizens' : 'chat.staff') },
                ...own.map(({ option }) => option),
              ),
            )
        : options.map(({ option }) => option)),
    );
    who.value = `${chat.id} ${speaker.id}`;
    const elsewhere = chats.reduce((sum, one) => sum + (one === chat ? 0 : (unread.get(one.id) ?? 0)), 0);
    who.parentElement?.setAttribute('data-unread', elsewhere > 0 ? String(elsewhere) : '');
  };

  const read = () => {
    if (!page.isSeen() || !isNear()) return;
    unread.delete(chat.id);
    below.hidden = true;
    page.unread();
  };

  /** @param {string} chatId */
  const noteUnread = (chatId) => {
    unread.set(chatId, (unread.get(chatId) ?? 0) + 1);
    const count = unread.get(chat.id) ?? 0;
    below.hidden = count === 0;
    below.lastElementChild?.replaceChildren(`${t('chat.newBelow')} (${count})`);
    below.setAttribute('aria-label', t('chat.unread', { n: count }));
    drawWho();
    page.unread();
  };

  const drawEverything = () => {
    drawHead();
    drawWho();
    composer.name();
    drawAll();
  };

  /**
   * @param {string} chatId
   * @param {string} speakerId
   */
  const select = (chatId, speakerId) => {
    const next = chats.find(({ id }) => id === chatId);
    const person = next?.speakers.find(({ id }) => id === speakerId);
    if (!next || !person || (next === chat && person === speaker)) return;
    chat = next;
    speaker = person;
    unread.delete(chat.id);
    below.hidden = true;
    drawEverything();
    page.unread();
  };

  who.addEventListener('change', () => {
    const [chatId = '', speakerId = ''] = who.value.split(' ');
    select(chatId, speakerId);
  });
  log.addEventListener('scroll', () => read(), { passive: true });
  below.addEventListener('click', () => {
    toEnd();
    read();
    log.focus();
  });
  // The space changes with the composer and with the keyboard of a phone.
  new ResizeObserver(() => {
    if (log.dataset['atEnd'] === 'true') toEnd();
  }).observe(log);
  log.addEventListener('scroll', () => (log.dataset['atEnd'] = String(isNear())), { passive: true });

  return {
    element,
    pane,
    chats,
    select,
    draw: drawEverything,
    seen: read,
    focus: () => composer.focus(),
    composer,
    toasts,
    unread: () => [...unread.values()].reduce((sum, count) => sum + count, 0),
    /** @param {string} chatId */
    isShown: (chatId) => chat.id === chatId,
    /**
     * @param {string} chatId
     * @param {string} speakerId
     */
    isHeldBy: (chatId, speakerId) => chat.id === chatId && speaker.id === speakerId,
    /** @param {string} id */
    elementOf: (id) => log.querySelector(`article[data-id="${CSS.escape(id)}"]`),
    /**
     * A message came, or changed.
     * @param {Message} message
     * @param {boolean} isNew
     */
    show(message, isNew) {
      const isOwn = !message.fromBot && message.from.id === speaker.id;
      if (message.chat !== chat.id) {
        if (isNew && message.fromBot) noteUnread(message.chat);
        return;
      }
      const wasNear = isNear();
      const old = log.querySelector(`article[data-id="${CSS.escape(message.id)}"]`);
      if (old) {
        const hadFocus = old.contains(document.activeElement);
        const drawn = draw(message);
        drawn.classList.add('changed');
        old.replaceWith(drawn);
        const next = hadFocus ? /** @type {HTMLElement} */ (drawn.querySelector('.key') ?? log) : undefined;
        next?.focus({ preventScroll: true });
      } else {
        if (shown().size === 1) log.replaceChildren();
        append(message);
      }
      if (wasNear || isOwn) toEnd();
      if (isNew && !isOwn && (!wasNear || !page.isSeen())) noteUnread(chat.id);
    },
    /** @param {string} id */
    drop: (id) => log.querySelector(`article[data-id="${CSS.escape(id)}"]`)?.remove(),
    /**
     * @param {string} chatId
     * @param {boolean} on
     */
    type(chatId, on) {
      if (on) typing.add(chatId);
      else typing.delete(chatId);
      drawHead();
    },
  };
}
