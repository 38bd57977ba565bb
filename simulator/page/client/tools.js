// @ts-check
import { order } from './connection.js';
import { byId, el, icon } from './dom.js';
import { language, onLanguage, t } from './texts.js';

const THEMES = ['auto', 'light', 'dark'];
const KEPT = 'theme';

/**
 * Language, light or dark, and the way behind the scenes.
 * @param {{ toggle(): void; isOpen(): boolean }} office
 */
export function createTools(office) {
  const languages = el('div', { class: 'choice', role: 'group' });
  const theme = el('button', { type: 'button', class: 'round quiet' }, icon('theme'));
  const behind = el(
    'button',
    { type: 'button', class: 'button', id: 'behind', 'aria-controls': 'office' },
    icon('office'),
    el('span'),
  );
  byId('tools').append(languages, theme, behind);

  const kept = () => localStorage.getItem(KEPT) ?? 'auto';
  const apply = () => {
    document.documentElement.dataset['theme'] = kept();
    theme.title = `${t('theme.label')}: ${t(`theme.${kept()}`)}`;
    theme.setAttribute('aria-label', theme.title);
  };
  const draw = () => {
    languages.setAttribute('aria-label', t('language.label'));
    languages.replaceChildren(
      ...[
        ['vi', 'Tiếng Việt'],
        ['en', 'English'],
      ].map(([lang = '', name = '']) =>
        el(
          'button',
          {
            type: 'button',
            lang,
            title: name,
            'aria-label': name,
            'aria-pressed': String(language() === lang),
            onclick: () => void order('/language', { lang }),
          },
          lang.toUpperCase(),
        ),
      ),
    );
    behind.lastElementChild?.replaceChildren(t('office.open'));
    behind.setAttribute('aria-expanded', String(office.isOpen()));
    apply();
  };
  theme.addEventListener('click', () => {
    localStorage.setItem(KEPT, THEMES[(THEMES.indexOf(kept()) + 1) % THEMES.length] ?? 'auto');
    apply();
  });
  behind.addEventListener('click', () => {
    office.toggle();
    draw();
  });
  document.documentElement.dataset['theme'] = kept();
  onLanguage(draw);
}
