/** Puts phrases into a language. The only place that meets i18next. */
import { readFileSync, readdirSync } from 'node:fs';
import i18next from 'i18next';
import { z } from 'zod';
import type { Markup } from '../channels/channel.js';
import type { Phrase } from '../conversation/flow.js';
import type { Lang } from '../services/services.js';

export type Texts = {
  /** The phrase in `lang` as markup; its values are escaped, nested phrases are rendered first. */
  render(phrase: Phrase, lang: Lang): Markup;
  /** The same without markup, for buttons and toasts. */
  plain(phrase: Phrase, lang: Lang): string;
};

/** Stands for a typed `{` until all is put together: '{{name}}' typed by a person is no place to put a value in. */
const HELD_BRACE = '\uE000';

export const LANGS: readonly Lang[] = ['vi', 'en'];

/** Loads `locales/<lang>/<topic>.json`; a key is written `topic:path.to.key`. Throws at start when one is broken. */
export function createTexts(localesUrl = new URL('../../locales/', import.meta.url)): Texts {
  const i18n = i18next.createInstance();
  void i18n.init({
    lng: 'vi',
    fallbackLng: false,
    initAsync: false,
    resources: Object.fromEntries(LANGS.map((lang) => [lang, loadTopics(new URL(`${lang}/`, localesUrl))])),
    interpolation: {
      escapeValue: true,
      escape: (text: string) => escapeMarkup(text).replaceAll('{', HELD_BRACE),
    },
    returnNull: false,
    showSupportNotice: false,
  });

  const render = (phrase: Phrase, lang: Lang): Markup => renderHeld(phrase, lang).replaceAll(HELD_BRACE, '{');

  const renderHeld = (phrase: Phrase, lang: Lang): Markup => {
    if (!i18n.exists(phrase.key, { lng: lang })) throw new Error(`No text for ${phrase.key} in ${lang}`);
    return i18n.t(phrase.key, { lng: lang, ...renderValues(phrase.values ?? {}, lang) });
  };

  // A nested phrase is markup already: it is put in with `{{- name}}` in the locale file.
  const renderValues = (values: NonNullable<Phrase['values']>, lang: Lang): Record<string, string | number> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'string' || typeof value === 'number'
          ? value
          : (Array.isArray as (v: unknown) => v is readonly Phrase[])(value)
            ? value.map((one) => renderHeld(one, lang)).join('\n')
            : renderHeld(value, lang),
      ]),
    );

  return { render, plain: (phrase, lang) => stripMarkup(render(phrase, lang)) };
}

/** Escapes what a person typed for use in markup. */
export function escapeMarkup(text: string): Markup {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Markup as plain text. */
export function stripMarkup(markup: Markup): string {
  return markup
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

const topicSchema = z.record(z.string(), z.unknown());

function loadTopics(folder: URL): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [
        file.slice(0, -'.json'.length),
        topicSchema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))),
      ]),
  );
}
