/**
 * Checks what the documents name: every npm script, every path, every setting exists, and every setting and every
 * room of the source is told of. Exit status 1 with a line for each fault.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
/** What npm itself understands. */
const NPM_OWN = new Set(['ci', 'install', 'test', 'start']);
const manifest = z.object({ scripts: z.record(z.string(), z.string()) });

/** The faults of the documents below `root`, a sentence each; empty when all is well. */
export function docFaults(root: string): string[] {
  const documents = [
    ...DOCUMENTS,
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.md'))
      .map((f) => `docs/${f}`),
  ];
  const scripts = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts;
  return [
    ...documents.flatMap((name) => {
      const text = readFileSync(join(root, name), 'utf8');
      return [...scriptFaults(text, scripts), ...pathFaults(text, root, dirname(name))].map(
        (fault) => `${name}: ${fault}`,
      );
    }),
    ...settingFaults(root),
    ...roomFaults(root),
  ];
}

function scriptFaults(text: string, scripts: Record<string, string>): string[] {
  return [...text.matchAll(/\bnpm (run )?([a-z][\w:-]*)/g)]
    .filter(([, run, name = '']) => !(name in scripts) && (run !== undefined || !NPM_OWN.has(name)))
    .map(([whole]) => `\`${whole}\` is no script of package.json`);
}

/** Paths in backticks and in links; a pattern (`*`, `<`, `…`) is not looked for. */
function pathFaults(text: string, root: string, folder: string): string[] {
  const ticked = [...text.matchAll(/`((?:src|locales|scripts|test|docs|simulator)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );
  const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, path = '']) =>
    join(folder, path),
  );
  return [...ticked, ...linked]
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `${path} does not exist`);
}

function settingFaults(root: string): string[] {
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  const settings = new Set(
    [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name),
  );
  const example = new Set(
    [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name),
  );
  const told = new Set([...read('README.md').matchAll(/`([A-Z][A-Z_]{3,})`/g)].map(([, name = '']) => name));
  return [
    ...[...settings]
      .filter((name) => !example.has(name))
      .map((name) => `.env.example: ${name} is not explained`),
    ...[...settings].filter((name) => !told.has(name)).map((name) => `README.md: ${name} is not explained`),
    ...[...example]
      .filter((name) => !settings.has(name))
      .map((name) => `.env.example: ${name} is no setting`),
  ];
}

function roomFaults(root: string): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !readme.includes(`${entry.name}/`))
    .map((entry) => `README.md: the tree does not show src/${entry.name}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const faults = docFaults(process.cwd());
  for (const fault of faults) console.log(fault);
  console.log(
    faults.length === 0
      ? 'docs: every script, path and setting they name exists'
      : `docs: ${faults.length} faults`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
