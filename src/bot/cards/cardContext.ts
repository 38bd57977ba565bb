import type { Button, Capabilities, Markup } from '../../channels/channel.js';
import type { Phrase } from '../../conversation/flow.js';
import type { Due, Lang, Topic, Unit } from '../../services/services.js';
import { stripMarkup, type Texts } from '../texts.js';
import { cutText } from './cutText.js';

/** What a card needs beside the question; all of it is given, a card fetches nothing. */
export type CardContext = {
  texts: Texts;
  lang: Lang;
  capabilities: Pick<Capabilities, 'maxText' | 'maxButtons' | 'maxButtonTitle'>;
  due: Due;
  topics: readonly Topic[];
  units: readonly Unit[];
  /** The name of a commune, ward or special zone; undefined for an id that is none. */
  placeName: (id: string) => string | undefined;
};

const UNKNOWN = '—';

/** The name of a topic in the language of the card; its id for one that is no longer there. */
export function topicName(id: string, { topics, lang }: Pick<CardContext, 'topics' | 'lang'>): string {
  return topics.find((topic) => topic.id === id)?.name[lang] ?? id;
}

/** The name of a unit; its id for one that is no longer there. */
export function unitName(id: string, { units }: Pick<CardContext, 'units'>): string {
  return units.find((unit) => unit.id === id)?.name ?? id;
}

/** The name of a place, or a dash. */
export function placeOf(id: string, { placeName }: Pick<CardContext, 'placeName'>): string {
  return placeName(id) ?? UNKNOWN;
}

/** Lines of a card as one text. An empty string is an empty line. */
export function renderLines(
  lines: readonly (Phrase | '')[],
  { texts, lang }: Pick<CardContext, 'texts' | 'lang'>,
): Markup {
  return lines.map((line) => (line === '' ? '' : texts.render(line, lang))).join('\n');
}

/** Length as platforms count it: after markup, in UTF-16 code units. */
export function shownLength(markup: Markup): number {
  return stripMarkup(markup).length;
}

/** A button with its title cut to what the platform shows. */
export function button(
  title: Phrase | { plain: string },
  data: string,
  { texts, lang, capabilities }: Pick<CardContext, 'texts' | 'lang' | 'capabilities'>,
): Button {
  const text = 'plain' in title ? title.plain : texts.plain(title, lang);
  return { title: cutText(text, capabilities.maxButtonTitle), data };
}

/**
 * Buttons in rows of `perRow`. Where there are more than the platform shows, the last one is `more`, which shows them
 * all as a numbered list; so the important come first.
 */
export function inRows(
  buttons: readonly Button[],
  perRow: number,
  maxButtons: number,
  more: Button,
): Button[][] {
  const kept =
    buttons.length <= maxButtons
      ? buttons
      : [...buttons.slice(0, Math.max(0, maxButtons - 1)), more].slice(0, maxButtons);
  const rows: Button[][] = [];
  for (let at = 0; at < kept.length; at += perRow) rows.push(kept.slice(at, at + perRow));
  return rows;
}
