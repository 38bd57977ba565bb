/**
 * Checks the locales: every key in every language, with the same values; every key that the code names exists;
 * every key that exists is named (a key built at run time is named by its constant beginning). Exit status 1 with
 * a line for each fault.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const PLURAL = /_(zero|one|two|few|many|other)$/;
const CODE = ['src', 'simulator', 'scripts'];
type Tree = { [key: string]: string | Tree };
const tree: z.ZodType<Tree> = z.lazy(() => z.record(z.string(), z.union([z.string(), tree])));

/** The faults of the locales below `root`, a sentence each; empty when all is well. */
export function localeFaults(root: string): string[] {
  const vi = readKeys(join(root, 'locales/vi'));
  const en = readKeys(join(root, 'locales/en'));
  const code = CODE.flatMap((folder) => sources(join(root, folder)));
  return [...differences(vi, en), ...unknownKeys(code, vi), ...unusedKeys(code, vi)];
}

function readKeys(folder: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const walk = (node: Tree, path: string): void => {
      for (const [name, value] of Object.entries(node)) {
        const key = path.endsWith(':') ? `${path}${name}` : `${path}.${name}`;
        if (typeof value === 'string') keys.set(key, value);
        else walk(value, key);
      }
    };
    walk(
      tree.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
      `${file.slice(0, -'.json'.length)}:`,
    );
  }
  return keys;
}

function differences(vi: Map<string, string>, en: Map<string, string>): string[] {
  const values = (text: string): string =>
    [...new Set(text.match(/\{\{-?\s*\w+\s*\}\}/g) ?? [])]
      .map((v) => v.replace(/\s/g, ''))
      .sort()
      .join(' ');
  const bare = (map: Map<string, string>): Map<string, string> =>
    new Map([...map].map(([key, text]) => [key.replace(PLURAL, ''), text]));
  const [a, b] = [bare(vi), bare(en)];
  return [
    ...[...a.keys()].filter((key) => !b.has(key)).map((key) => `${key} is missing in en`),
    ...[...b.keys()].filter((key) => !a.has(key)).map((key) => `${key} is missing in vi`),
    ...[...a]
      .filter(([key, text]) => b.has(key) && values(text) !== values(b.get(key) ?? ''))
      .map(([key]) => `${key} has other values in en than in vi`),
    ...[...vi, ...en].filter(([, text]) => text.trim() === '').map(([key]) => `${key} is empty`),
  ];
}

/** String literals and templates of the form `topic:path…` where the topic is a locale file. */
function mentions(code: string[], topics: Set<string>): { whole: Set<string>; beginnings: Set<string> } {
  const whole = new Set<string>();
  const beginnings = new Set<string>();
  for (const text of code)
    for (const [, quote, key = '', rest] of text.matchAll(/(['`])([a-zA-Z]+:[\w.-]*)(\$\{|['`])/g)) {
      if (!topics.has(key.slice(0, key.indexOf(':')))) continue;
      if (rest === '${') beginnings.add(key);
      else if (rest === quote && !key.endsWith(':')) whole.add(key);
    }
  return { whole, beginnings };
}

function unknownKeys(code: string[], keys: Map<string, string>): string[] {
  const known = new Set([...keys.keys()].map((key) => key.replace(PLURAL, '')));
  const { whole, beginnings } = mentions(code, topicsOf(keys));
  return [
    ...[...whole]
      .filter((key) => !known.has(key))
      .map((key) => `${key} is named in the code and in no locale`),
    ...[...beginnings]
      .filter((start) => ![...known].some((key) => key.startsWith(start)))
      .map((start) => `${start}… is named in the code and in no locale`),
  ];
}

function unusedKeys(code: string[], keys: Map<string, string>): string[] {
  const { whole, beginnings } = mentions(code, topicsOf(keys));
  return [...new Set([...keys.keys()].map((key) => key.replace(PLURAL, '')))]
    .filter((key) => !whole.has(key) && ![...beginnings].some((start) => key.startsWith(start)))
    .map((key) => `${key} is in the locales and nowhere in the code`);
}

function topicsOf(keys: Map<string, string>): Set<string> {
  return new Set([...keys.keys()].map((key) => key.slice(0, key.indexOf(':'))));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const faults = localeFaults(process.cwd());
  for (const fault of faults) console.log(fault);
  console.log(
    faults.length === 0
      ? 'locales: every key is there, in both languages, and used'
      : `locales: ${faults.length} faults`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
