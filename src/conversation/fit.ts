import type { Button, Capabilities, Markup, Message } from '../channels/channel.js';
import { buttonData } from './buttonData.js';
import { NAV, PAGE_SIZE } from './flow.js';
import type { Choice, Label, NavChoice, PhraseTexts, Saying } from './flow.js';

type Lang = 'vi' | 'en';
type Fitted = { text: Markup; buttons: Button[][] };

/**
 * What is said, as a message that the channel can carry (A8): all choices as buttons when the channel has room,
 * else a numbered list with the ways out as buttons, else in words. A long list shows one page. Pure.
 */
export function fitSaying(
  saying: Saying,
  texts: PhraseTexts,
  lang: Lang,
  capabilities: Pick<Capabilities, 'maxButtons' | 'maxButtonTitle' | 'asksContact'>,
): Message {
  const text = texts.render(saying.phrase, lang);
  const page = pageOf(saying);
  const ways = waysOut(saying, page);
  const fitted =
    saying.at === undefined
      ? { text, buttons: [] }
      : fit({ text, page, ways, at: saying.at, texts, lang, max: capabilities });
  const { contact } = saying;
  return {
    text: fitted.text,
    ...(fitted.buttons.length > 0 ? { buttons: fitted.buttons } : {}),
    ...(contact && capabilities.asksContact
      ? { asksContact: { title: texts.plain(contact.title, lang), hint: texts.plain(contact.hint, lang) } }
      : {}),
    ...(saying.expectsReply ? { expectsReply: true } : {}),
  };
}

/** The choices that are on the page shown; `first` is the number of the first of them, from 1. */
export type Page = { rows: Choice[][]; first: number; index: number; count: number };

/** The page of the saying's choices that is shown, within the pages there are. */
export function pageOf(saying: Pick<Saying, 'choices' | 'page'>): Page {
  const rows = saying.choices ?? [];
  const flat = rows.flat();
  if (flat.length <= PAGE_SIZE) return { rows, first: 1, index: 0, count: 1 };
  const count = Math.ceil(flat.length / PAGE_SIZE);
  const index = Math.min(Math.max(saying.page ?? 0, 0), count - 1);
  const shown = flat.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE);
  return { rows: inRows(shown, 2), first: index * PAGE_SIZE + 1, index, count };
}

/** The label of a way out or a turn of the page. */
function waysOut(saying: Saying, page: Page): Choice[][] {
  const turn: Choice[] = [
    ...(page.index > 0 ? [pageChoice(page.index - 1, 'previous')] : []),
    ...(page.index < page.count - 1 ? [pageChoice(page.index + 1, 'next')] : []),
  ];
  const nav = (saying.nav ?? []).map((value): Choice => ({
    value,
    label: { key: `common:nav.${NAMES[value]}.label` },
  }));
  const forward = nav.filter(({ value }) => value === NAV.done || value === NAV.skip);
  const rest = nav.filter(({ value }) => value === NAV.back || value === NAV.cancel);
  return [turn, forward, rest].filter((row) => row.length > 0);
}

const pageChoice = (index: number, which: 'previous' | 'next'): Choice => ({
  value: `_p${index}`,
  label: { key: `common:nav.${which}.label` },
});

const NAMES: Readonly<Record<NavChoice, string>> = {
  [NAV.back]: 'back',
  [NAV.skip]: 'skip',
  [NAV.cancel]: 'cancel',
  [NAV.done]: 'done',
};

type Fit = {
  text: Markup;
  page: Page;
  ways: Choice[][];
  at: { run: string; step: string };
  texts: PhraseTexts;
  lang: Lang;
  max: Pick<Capabilities, 'maxButtons' | 'maxButtonTitle'>;
};

function fit({ text, page, ways, at, texts, lang, max }: Fit): Fitted {
  const button = (choice: Choice): Button => ({
    title: shorten(plainLabel(choice.label, texts, lang), max.maxButtonTitle),
    data: buttonData(at.run, at.step, choice.value),
  });
  const parts = [text];
  if (page.count > 1)
    parts.push(
      texts.render({ key: 'common:pageOf', values: { page: page.index + 1, pages: page.count } }, lang),
    );
  const choices = page.rows.flat();
  const wayCount = ways.flat().length;
  if (choices.length + wayCount <= max.maxButtons)
    return { text: parts.join('\n\n'), buttons: [...page.rows, ...ways].map((row) => row.map(button)) };
  if (choices.length > 0) {
    const lines = choices.map((choice, i) => `${page.first + i}. ${renderLabel(choice.label, texts, lang)}`);
    parts.push(lines.join('\n'), texts.render({ key: 'common:typeNumber' }, lang));
  }
  if (wayCount <= max.maxButtons)
    return { text: parts.join('\n\n'), buttons: ways.map((row) => row.map(button)) };
  const words = ways
    .flat()
    .map((way) => ({ key: 'common:quoted', values: { word: plainLabel(way.label, texts, lang) } }));
  const list = words.map((word) => texts.render(word, lang)).join(', ');
  parts.push(`${texts.render({ key: 'common:typeWord' }, lang)} ${list}`);
  return { text: parts.join('\n\n'), buttons: [] };
}

/** A label without markup. */
export function plainLabel(label: Label, texts: PhraseTexts, lang: Lang): string {
  return 'plain' in label ? label.plain : texts.plain(label, lang);
}

/** A label as markup. */
export function renderLabel(label: Label, texts: PhraseTexts, lang: Lang): Markup {
  return 'plain' in label
    ? texts.render({ key: 'common:plain', values: { text: label.plain } }, lang)
    : texts.render(label, lang);
}

/** At most `max` UTF-16 units, not cutting a character in two. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** `items` in rows of `width`. */
export function inRows<T>(items: readonly T[], width: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / width) }, (_, row) =>
    items.slice(row * width, (row + 1) * width),
  );
}
