import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Among the packages, so that what is imported is found; no tool looks there. */
const target = join(root, 'node_modules/.cache/compiled-bot');

/**
 * Compiles `src` to JavaScript and gives the path of its `main.js`. A process that is started a hundred times must not
 * translate itself a hundred times. Only what changed is written, each file whole.
 */
export function compileBot(): string {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  for (const name of sources) {
    const from = join(root, 'src', name);
    const to = join(target, 'src', name.replace(/\.ts$/, '.js'));
    const changedAt = statSync(from).mtimeMs;
    if (changedAt > (statSync(to, { throwIfNoEntry: false })?.mtimeMs ?? 0))
      writeWhole(to, compile(readFileSync(from, 'utf8')));
  }
  writeWhole(join(target, 'package.json'), '{ "type": "module" }\n');
  cpSync(join(root, 'locales'), join(target, 'locales'), { recursive: true });
  return join(target, 'src/main.js');
}

function compile(source: string): string {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  return outputText;
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}
