// @ts-check
import { order } from './connection.js';
import { byId, el, icon } from './dom.js';
import { dayOf, shortOf, t, timeOf } from './texts.js';

/** @typedef {{ name: string; at: string }} Moment */

/** The town's time, and the ways to let it pass. */
export function createClock() {
  let base = 0;
  let since = 0;
  let isPassing = false;
  /** @type {Moment[]} */
  let moments = [];
  const time = el('b', { class: 'time' });
  const day = el('span', { class: 'date' });
  const summary = el('summary', { class: 'button' }, icon('time'), el('span'));
  const list = el('div', { class: 'list' });
  const menu = el('details', { class: 'menu moments' }, summary, list);
  const face = el('div', { class: 'face', role: 'timer', 'aria-live': 'off' }, time, day);
  byId('clock').append(face, menu);

  const now = () => new Date(base + performance.now() - since);

  /** @param {string} name */
  const go = async (name) => {
    menu.open = false;
    isPassing = true;
    draw();
    await order('/time', { to: name });
    isPassing = false;
    draw();
  };

  const tick = () => {
    if (base === 0) return;
    time.textContent = timeOf(now());
    day.textContent = dayOf(now());
  };

  function draw() {
    tick();
    face.setAttribute('aria-label', t('clock.label'));
    summary.lastElementChild?.replaceChildren(t(isPassing ? 'clock.passing' : 'clock.go'));
    summary.classList.toggle('busy', isPassing);
    list.replaceChildren(
      ...moments.map(({ name, at }) =>
        el(
          'button',
          { type: 'button', data: { moment: name }, disabled: isPassing, onclick: () => void go(name) },
          el('span', {}, t(`clock.${name}`)),
          el('small', {}, shortOf(at)),
        ),
      ),
    );
  }

  setInterval(tick, 1_000);
  return {
    draw,
    menu,
    go,
    /** @param {string} name */
    buttonOf: (name) => list.querySelector(`[data-moment="${name}"]`),
    /** @param {{ now: string; moments?: Moment[] }} next */
    set(next) {
      base = new Date(next.now).getTime();
      since = performance.now();
      if (next.moments) {
        moments = next.moments;
        draw();
      } else tick();
    },
  };
}
