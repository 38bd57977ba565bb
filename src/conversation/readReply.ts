import type { IncomingEvent } from '../channels/channel.js';
import { fold, foldedWords, normalize } from '../domain/text.js';
import { readButtonData } from './buttonData.js';
import { pageOf } from './fit.js';
import { NAV } from './flow.js';
import type { Choice, Label, Phrase, PhraseTexts, Reply, Saying } from './flow.js';

type Lang = 'vi' | 'en';

/** What somebody did: a reply to the current question, a command, a press that is no flow's, or nothing to answer. */
export type Heard =
  | { kind: 'reply'; reply: Reply }
  | { kind: 'command'; name: string; args: string }
  | { kind: 'press'; data: string }
  | { kind: 'nothing' };

/** Longer texts are no choice. */
const LONGEST_CHOICE = 200;
const COMMAND = /^\/([a-z][a-z0-9_]{0,31})(?:@\w+)?(?:\s+([\s\S]*))?$/i;

/**
 * Reads what came over a channel. `current` is the question that stands open, if any: a typed number, an exact
 * label (with or without marks, in either language), the value, or a word such as 'quay lại' is the choice itself;
 * so is a button's data that comes back as text (Zalo).
 */
export function readReply(
  event: IncomingEvent,
  current: Saying | undefined,
  texts: PhraseTexts,
  lang: Lang,
): Heard {
  switch (event.kind) {
    case 'text':
      return readText(event.text, current, texts, lang);
    case 'command':
      return { kind: 'command', name: event.name.toLowerCase(), args: event.args.trim() };
    case 'press': {
      const press = readButtonData(event.data);
      return press ? reply({ kind: 'choice', ...press }) : { kind: 'press', data: event.data };
    }
    case 'attachment':
      return reply({
        kind: 'attachment',
        attachment: event.attachment,
        ...(event.caption === undefined ? {} : { caption: event.caption }),
      });
    case 'contact':
      return reply({
        kind: 'contact',
        ...(event.name === undefined ? {} : { name: event.name }),
        ...(event.phone === undefined ? {} : { phone: event.phone }),
      });
    case 'unsupported':
      return reply({ kind: 'unsupported', what: event.what });
    case 'edited':
      return reply({ kind: 'unsupported', what: 'edited' });
    case 'member':
    case 'reachable':
    case 'moved':
      return { kind: 'nothing' };
  }
}

const reply = (given: Reply): Heard => ({ kind: 'reply', reply: given });

function readText(text: string, current: Saying | undefined, texts: PhraseTexts, lang: Lang): Heard {
  if (text.length <= LONGEST_CHOICE) {
    const typed = normalize(text);
    const press = readButtonData(typed);
    if (press) return reply({ kind: 'choice', ...press });
    const command = COMMAND.exec(typed);
    if (command?.[1] !== undefined)
      return { kind: 'command', name: command[1].toLowerCase(), args: (command[2] ?? '').trim() };
    const value = current && readChoice(typed, current, texts, lang);
    if (value !== undefined && current?.at) return reply({ kind: 'choice', value, ...current.at });
  }
  return reply({ kind: 'text', text });
}

/** The value of the choice that `typed` means, or undefined. */
export function readChoice(
  typed: string,
  current: Saying,
  texts: PhraseTexts,
  lang: Lang,
): string | undefined {
  const words = foldedWords(typed).join(' ');
  if (words === '') return undefined;
  return (
    readWay(words, current, texts) ??
    readNumber(typed, current) ??
    readLabel(typed, words, (current.choices ?? []).flat(), texts, lang)
  );
}

function readWay(words: string, current: Saying, texts: PhraseTexts): string | undefined {
  const means = (name: string): boolean =>
    LANGS.some((lang) => wordsOf({ key: `common:nav.${name}.words` }, texts, lang).includes(words));
  const page = pageOf(current);
  if (page.index < page.count - 1 && means('next')) return `_p${page.index + 1}`;
  if (page.index > 0 && means('previous')) return `_p${page.index - 1}`;
  for (const name of ['back', 'skip', 'cancel', 'done'] as const) if (means(name)) return NAV[name];
  return undefined;
}

function readNumber(typed: string, current: Saying): string | undefined {
  const number = /^[([]?(\d{1,3})[.)\]]?$/.exec(typed.trim())?.[1];
  return number === undefined ? undefined : (current.choices ?? []).flat()[Number(number) - 1]?.value;
}

function readLabel(
  typed: string,
  words: string,
  choices: readonly Choice[],
  texts: PhraseTexts,
  lang: Lang,
): string | undefined {
  for (const each of [lang, ...LANGS.filter((other) => other !== lang)]) {
    const found =
      choices.find(({ label }) => labelWords(label, texts, each).includes(words)) ??
      choices.find((choice) => choice.words && wordsOf(choice.words, texts, each).includes(words));
    if (found) return found.value;
  }
  const value = fold(typed).trim();
  return choices.find((choice) => choice.value === value)?.value;
}

function labelWords(label: Label, texts: PhraseTexts, lang: Lang): string[] {
  return 'plain' in label ? [foldedWords(label.plain).join(' ')] : wordsOf(label, texts, lang);
}

const LANGS: readonly Lang[] = ['vi', 'en'];

/** The words of phrases that hold no values are the same every time, and are asked for at every typed message. */
const known = new WeakMap<PhraseTexts, Map<string, string[]>>();

/** The words behind a phrase such as 'quay lại|trở lại', folded. */
function wordsOf(phrase: Phrase, texts: PhraseTexts, lang: Lang): string[] {
  if (phrase.values) return splitWords(texts.plain(phrase, lang));
  const cache = known.get(texts) ?? new Map<string, string[]>();
  known.set(texts, cache);
  const id = `${lang}/${phrase.key}`;
  const words = cache.get(id) ?? splitWords(texts.plain(phrase, lang));
  cache.set(id, words);
  return words;
}

function splitWords(text: string): string[] {
  return text.split('|').map((one) => foldedWords(one).join(' '));
}
