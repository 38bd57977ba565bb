// @ts-check
import { commandsOf } from './connection.js';
import { el } from './dom.js';
import { t } from './texts.js';

/**
 * Completes commands in a field, as the apps do: a list that opens at “/”, with arrows, Tab, Enter and Escape
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
 * @param {string} pane
 * @param {HTMLTextAreaElement} field
 * @param {() => { chat: string; speaker: string }} place
 */
export function createCompletion(pane, field, place) {
  const id = `commands-${pane}`;
  const list = el('ul', { class: 'completion', id, role: 'listbox', hidden: true });
  /** @type {{ command: string; description: string }[]} */
  let shown = [];
  let at = 0;
  let asked = 0;
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': id,
  }))
    field.setAttribute(name, value);

  const close = () => {
    asked++;
    shown = [];
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };

  const mark = () => {
    [...list.children].forEach((option, index) => {
      option.setAttribute('aria-selected', String(index === at));
      if (index === at) option.scrollIntoView({ block: 'nearest' });
    });
    field.setAttribute('aria-activedescendant', `${id}-${at}`);
  };

  /** @param {number} index */
  const take = (index) => {
    const chosen = shown[index];
    if (!chosen) return;
    field.value = `/${chosen.command} `;
    close();
    field.focus();
  };

  const look = async () => {
    const typed = /^\/(\w*)$/.exec(field.value)?.[1];
    const { chat, speaker } = place();
    if (typed === undefined) return close();
    const mine = ++asked;
    const commands = await commandsOf(chat, speaker);
    if (mine !== asked) return;
    shown = commands.filter(({ command }) => command.startsWith(typed.toLowerCase()));
    if (shown.length === 0) return close();
    at = 0;
    list.setAttribute('aria-label', t('composer.commands'));
    list.replaceChildren(
      ...shown.map(({ command, description }, index) => {
        const option = el(
          'li',
          { id: `${id}-${index}`, role: 'option' },
          el('b', {}, `/${command}`),
          el('span', {}, description),
        );
        option.addEventListener('mousedown', (event) => {
          event.preventDefault();
          take(index);
        });
        return option;
      }),
    );
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    mark();
  };
  field.addEventListener('blur', () => close());

  return {
    element: list,
    close,
    look: () => void look(),
    /**
     * Whether the key was meant for the list.
     * @param {KeyboardEvent} event
     */
    key({ key, shiftKey }) {
      if (shown.length === 0) return false;
      const isWhole = field.value === `/${shown[at]?.command ?? ''}`;
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        at = (at + (key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length;
        mark();
      } else if (key === 'Tab' && !shiftKey) take(at);
      else if (key === 'Enter' && !shiftKey && !isWhole) take(at);
      else if (key === 'Escape') close();
      else return false;
      return true;
    },
  };
}
