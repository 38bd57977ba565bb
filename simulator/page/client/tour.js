// @ts-check
import { order } from './connection.js';
import { byId, el, icon } from './dom.js';
import { t } from './texts.js';

const STEPS = ['ask', 'approve', 'route', 'answer', 'remind'];

/**
 * The guided tour: says what comes next, shows where, and can do it.
 * @param {Map<string, import('./main.js').Pane>} panes
 * @param {{ menu: HTMLDetailsElement; go(name: string): void; buttonOf(name: string): Element | null }} clock
 * @param {(pane: string) => void} turnTo
 */
export function createTour(panes, clock, turnTo) {
  /** @type {any} */
  let state = { on: false };
  let pointed = '';
  const box = byId('tour');

  /** @param {string} chat */
  const paneOf = (chat) => [...panes.values()].find((pane) => pane.chats.some(({ id }) => id === chat));
  /**
   * @param {string} what
   * @param {string} [platform]
   */
  const tell = (what, platform) => order('/tour', platform ? { do: what, platform } : { do: what });

  const sentence = () => {
    const { hint } = state;
    if (!hint) return t('tour.wait');
    if (hint.kind === 'time') return t('tour.time', { moment: t(`clock.${hint.moment}`) });
    const pane = paneOf(hint.chat);
    const name =
      pane?.chats.find(({ id }) => id === hint.chat)?.speakers.find(({ id }) => id === hint.speaker)?.name ??
      '';
    const where = { pane: pane ? t(`pane.${pane.pane}`) : '', name };
    if (hint.kind === 'press') return t('tour.press', { ...where, button: key()?.textContent ?? '…' });
    return t(hint.replyTo === undefined ? 'tour.write' : 'tour.reply', { ...where, text: hint.text });
  };

  /** The button that is to be pressed. */
  const key = () => {
    const { hint } = state;
    if (hint?.kind !== 'press') return null;
    return (
      paneOf(hint.chat)
        ?.elementOf(hint.message)
        ?.querySelector(`.key[data-id="${CSS.escape(hint.button)}"]`) ?? null
    );
  };

  const fill = () => {
    const { hint } = state;
    const pane = paneOf(hint.chat);
    if (!pane) return;
    turnTo(pane.pane);
    pane.select(hint.chat, hint.speaker);
    if (hint.replyTo !== undefined) pane.composer.reply({ id: hint.replyTo, name: t('chat.bot'), text: '' });
    pane.composer.fill(hint.text);
  };

  /** Shows where: the person is given the phone, the place is lit. */
  const mark = () => {
    for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit');
    const { hint } = state;
    if (!state.on || !hint) return;
    if (hint.kind === 'time')
      return (clock.menu.classList.add('lit'), clock.buttonOf(hint.moment)?.classList.add('lit'));
    const pane = paneOf(hint.chat);
    if (!pane) return;
    const target = JSON.stringify([hint.chat, hint.speaker, hint.message, hint.button, hint.text]);
    if (target !== pointed) {
      pointed = target;
      turnTo(pane.pane);
      pane.select(hint.chat, hint.speaker);
      key()?.scrollIntoView({ block: 'nearest' });
    }
    (hint.kind === 'press' ? key() : pane.element.querySelector('.composer'))?.classList.add('lit');
  };

  const draw = () => {
    const had = box.contains(document.activeElement)
      ? document.activeElement?.getAttribute('data-do')
      : undefined;
    box.dataset['on'] = String(state.on);
    if (!state.on) box.replaceChildren(el('h2', { id: 'tour-title' }, t('tour.title')), steps(-1), starts());
    else box.replaceChildren(...running());
    if (had)
      /** @type {HTMLElement | null} */ (
        box.querySelector(`[data-do="${had}"]`) ?? box.querySelector('button')
      )?.focus();
    mark();
  };

  const starts = () => {
    const platforms = [
      ...new Set([...panes.values()].flatMap((pane) => pane.chats.map(({ platform }) => platform))),
    ];
    return el(
      'div',
      { class: 'tourbuttons' },
      ...platforms.map((platform, index) =>
        button(
          'start',
          t(`tour.start.${platform}`),
          () => tell('start', platform),
          'play',
          index === 0 ? 'main' : '',
        ),
      ),
    );
  };

  /** @param {number} at */
  const steps = (at) =>
    el(
      'ol',
      { class: 'steps' },
      ...STEPS.map((one, index) =>
        el(
          'li',
          { class: index < at ? 'past' : '', 'aria-current': index === at ? 'step' : undefined },
          el('span', { class: 'n' }, index < at ? '✓' : String(index + 1)),
          t(`tour.step.${one}.title`),
        ),
      ),
    );

  const running = () => {
    const name = STEPS[state.step];
    const words = name
      ? el(
          'div',
          { class: 'words', 'aria-live': 'polite' },
          el(
            'p',
            {},
            el(
              'span',
              { class: 'unseen' },
              `${t('tour.of', { step: state.step + 1, steps: STEPS.length })}: `,
            ),
            t(`tour.step.${name}.text`),
          ),
          el('p', { class: 'now' }, el('b', {}, t('tour.now')), ' ', sentence()),
        )
      : el('div', { class: 'words', 'aria-live': 'polite' }, el('p', {}, t('tour.done')));
    const buttons = el(
      'div',
      { class: 'tourbuttons' },
      name && !state.playing && state.hint?.kind === 'say' && button('fill', t('tour.fill'), fill),
      name &&
        (state.playing
          ? button('pause', t('tour.pause'), () => tell('pause'), 'pause', 'main')
          : button('play', t('tour.play'), () => tell('play'), 'play', 'main')),
      !name && button('start', t('tour.again'), () => tell('start', state.platform), 'play', 'main'),
      button('end', t('tour.end'), () => tell('end')),
    );
    return [
      el('h2', { id: 'tour-title', class: 'unseen' }, t('tour.title')),
      steps(state.step),
      words,
      buttons,
    ];
  };

  return {
    draw,
    /** The chats changed: what is lit may have been drawn anew. */
    mark: () => {
      if (!state.on) return;
      const now = box.querySelector('.now');
      if (now) now.replaceChildren(el('b', {}, t('tour.now')), ` ${sentence()}`);
      mark();
    },
    /** @param {any} next */
    show(next) {
      state = next;
      draw();
    },
  };
}

/**
 * @param {string} what
 * @param {string} text
 * @param {() => void} run
 * @param {'play' | 'pause'} [picture]
 * @param {string} [kind]
 */
const button = (what, text, run, picture, kind = '') =>
  el(
    'button',
    { type: 'button', class: `button ${kind}`, data: { do: what }, onclick: run },
    picture && icon(picture),
    el('span', {}, text),
  );
