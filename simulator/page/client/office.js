// @ts-check
import { order } from './connection.js';
import { byId, el, icon } from './dom.js';
import { shortOf, t, timeOf } from './texts.js';

const FAULTS = ['slow', '429', '403', '5xx', 'away', 'redelivery'];
const KEPT = 'office';

/** What is behind the chats: what goes wrong, the ledger, the outbox, the calls. Drawn anew at every change. */
export function createOffice() {
  /** @type {any} */
  let office;
  /** @type {Record<string, string[]>} */
  let faults = {};
  /** @type {Set<string>} */
  const open = new Set();
  const box = byId('office');
  const title = el('h2', { id: 'office-title' });
  const close = el('button', { type: 'button', class: 'round quiet close' }, icon('close'));
  const faultBox = el('section', { class: 'faults', 'aria-labelledby': 'faults-title' });
  const ledgerBox = el('section', { class: 'ledger', 'aria-labelledby': 'ledger-title' });
  const outboxBox = el('section', { class: 'outbox', 'aria-labelledby': 'outbox-title' });
  box.append(
    el('header', {}, title, close),
    el('div', { class: 'officebody', tabindex: 0 }, ledgerBox, faultBox, outboxBox),
  );

  const isOpen = () => document.body.dataset['office'] === 'open';
  /** @param {boolean} on */
  const setOpen = (on) => {
    document.body.dataset['office'] = on ? 'open' : 'closed';
    localStorage.setItem(KEPT, on ? 'open' : 'closed');
    byId('tools').querySelector('#behind')?.setAttribute('aria-expanded', String(on));
  };
  const wide = matchMedia('(min-width: 1500px)').matches ? 'open' : 'closed';
  document.body.dataset['office'] = localStorage.getItem(KEPT) ?? wide;
  close.addEventListener('click', () => {
    setOpen(false);
    document.getElementById('behind')?.focus();
  });

  const drawFaults = () => {
    const rows = Object.entries(faults).map(([platform, on]) =>
      el(
        'div',
        { class: 'faultrow', role: 'group', 'aria-label': t(`faults.${platform}`) },
        el('b', {}, t(`faults.${platform}`)),
        ...FAULTS.map((fault) =>
          el(
            'button',
            {
              type: 'button',
              class: 'toggle',
              role: 'switch',
              'aria-checked': String(on.includes(fault)),
              title: t(`faults.${fault}Help`),
              data: { fault, platform },
              onclick: () => void order('/faults', { platform, fault, on: !on.includes(fault) }),
            },
            t(`faults.${fault}`),
          ),
        ),
      ),
    );
    redraw(faultBox, [
      el('h3', { id: 'faults-title' }, icon('fault'), t('faults.title')),
      el('p', { class: 'hint' }, t('faults.explain')),
      ...rows,
    ]);
    const count = Object.values(faults).flat().length;
    document.body.dataset['faults'] = count > 0 ? t('faults.on', { n: count }) : '';
    byId('tools')
      .querySelector('#behind')
      ?.setAttribute('data-faults', count > 0 ? String(count) : '');
  };

  const drawLedger = () => {
    const { questions, overdue, subscribers } = office.totals;
    const figures = { questions, overdue, subscribers };
    redraw(ledgerBox, [
      el('h3', { id: 'ledger-title' }, t('office.ledger')),
      el(
        'dl',
        { class: 'figures' },
        ...Object.entries(figures).map(([name, n]) =>
          figure(n, t(`office.${name}`), name === 'overdue' && n > 0),
        ),
      ),
      ...(office.ledger.length === 0
        ? [el('p', { class: 'hint' }, t('office.ledgerEmpty'))]
        : office.ledger.map((/** @type {any} */ line) => question(line, open))),
    ]);
  };

  const drawOutbox = () => {
    const { figures: given, waiting, calls, pending } = office;
    const sent = given.sent ?? 0;
    const retried = given['send:later'] ?? given.later ?? 0;
    redraw(outboxBox, [
      el('h3', { id: 'outbox-title' }, t('office.outbox')),
      el(
        'dl',
        { class: 'figures' },
        figure(waiting.length, t('office.waiting'), waiting.length > 0),
        figure(sent, t('office.sent'), false),
        figure(retried, t('office.again'), false),
        figure(pending, t('office.inbox'), pending > 0),
      ),
      ...(waiting.length === 0
        ? [el('p', { class: 'hint' }, t('office.nothingWaits'))]
        : waiting.map(waitingLine)),
      el('h4', {}, t('office.calls')),
      calls.length === 0
        ? el('p', { class: 'hint' }, t('office.noCalls'))
        : el('ul', { class: 'calls' }, ...calls.slice(0, 30).map(callLine)),
    ]);
  };

  const draw = () => {
    title.textContent = t('office.open');
    close.setAttribute('aria-label', t('office.close'));
    drawFaults();
    if (!office) return;
    drawLedger();
    drawOutbox();
  };

  return {
    draw,
    isOpen,
    toggle: () => setOpen(!isOpen()),
    /** @param {any} next */
    show(next) {
      office = next;
      drawLedger();
      drawOutbox();
    },
    /** @param {Record<string, string[]>} on */
    setFaults(on) {
      faults = on;
      draw();
    },
  };
}

/**
 * Puts new content in and leaves the focus where it was.
 * @param {HTMLElement} box
 * @param {HTMLElement[]} content
 */
function redraw(box, content) {
  const had = document.activeElement;
  const key = had instanceof HTMLElement && box.contains(had) ? had.dataset : undefined;
  const index = key && had ? [...box.querySelectorAll('button, summary')].indexOf(had) : -1;
  box.replaceChildren(...content);
  if (index >= 0)
    /** @type {HTMLElement | undefined} */ ([...box.querySelectorAll('button, summary')][index])?.focus({
      preventScroll: true,
    });
}

/**
 * @param {number} n
 * @param {string} name
 * @param {boolean} isLoud
 */
const figure = (n, name, isLoud) =>
  el('div', { class: isLoud ? 'figure loud' : 'figure' }, el('dt', {}, name), el('dd', {}, String(n)));

/**
 * @param {any} line
 * @param {Set<string>} open
 */
function question(line, open) {
  const { due, episode } = line;
  const isOpen = ['received', 'clarifying', 'approved', 'reopened'].includes(line.stage);
  const dueText = due.paused
    ? t('office.paused')
    : due.overdue
      ? t('office.isOverdue', { date: dateOf(due.date) })
      : isOpen
        ? t('office.due', { date: dateOf(due.date) })
        : '';
  const history = el(
    'details',
    { open: open.has(line.code) },
    el('summary', {}, t('office.history', { n: line.events.length })),
    el(
      'ol',
      {},
      ...line.events.map((/** @type {any} */ event) =>
        el(
          'li',
          {},
          el('time', {}, shortOf(event.at)),
          ' ',
          el('b', {}, event.by),
          ` ${event.did}`,
          event.text && el('q', {}, event.text),
        ),
      ),
    ),
  );
  history.addEventListener('toggle', () => (history.open ? open.add(line.code) : open.delete(line.code)));
  return el(
    'article',
    { class: 'question', data: { stage: line.stage, code: line.code } },
    el('header', {}, el('b', {}, line.code), el('span', { class: 'stagename' }, line.stageName)),
    el('p', { class: 'words' }, line.content),
    el(
      'p',
      { class: 'facts' },
      el('span', {}, line.topic),
      line.unit && el('span', {}, line.unit),
      dueText !== '' && el('span', { class: due.overdue ? 'loud' : '' }, dueText),
      episode && el('span', {}, t(`office.${episode.track}`, { episode: episode.id })),
    ),
    history,
  );
}

/** @param {string} date yyyy-MM-dd */
const dateOf = (date) => `${Number(date.slice(8))}/${Number(date.slice(5, 7))}`;

/** @param {any} one */
const waitingLine = (one) =>
  el(
    'p',
    { class: 'waitingline', data: { state: one.state } },
    el('span', { class: 'rank' }, t(`office.rank${one.rank}`)),
    el('span', { class: 'words' }, one.text),
    one.dueAt && el('small', {}, t('office.dueAt', { when: shortOf(one.dueAt) })),
  );

/** @param {any} call */
const callLine = (call) =>
  el(
    'li',
    { data: { outcome: call.outcome } },
    el('time', {}, timeOf(call.at)),
    el('code', {}, call.method),
    el('span', {}, [t(`office.${call.outcome}`), call.code].filter(Boolean).join(' · ')),
  );
