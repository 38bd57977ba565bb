import { readFileSync } from 'node:fs';
import type { Lang } from '../../../src/services/services.js';

type Tree = { [key: string]: string | Tree };

/** Fits what the first line of a text of the locales looks like, with any values put in. */
export function patternOf(key: string, lang: Lang): RegExp {
  const [first = ''] = rawText(key, lang)
    .replace(/<[^>]*>/g, '')
    .split('\n');
  const parts = first.split(/\{\{-?\s*\w+\s*\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[\\s\\S]{1,200}?'), 'u');
}

/** The text of a locale as it stands in its file. */
function rawText(key: string, lang: Lang): string {
  const [topic = '', path = ''] = key.split(':');
  // The locales are ours, and createTexts has checked that they are objects.
  const tree = JSON.parse(
    readFileSync(new URL(`../../../locales/${lang}/${topic}.json`, import.meta.url), 'utf8'),
  ) as Tree;
  const found = path
    .split('.')
    .reduce<string | Tree | undefined>(
      (node, name) => (typeof node === 'object' ? node[name] : undefined),
      tree,
    );
  if (typeof found !== 'string') throw new Error(`No text for ${key} in ${lang}`);
  return found;
}
