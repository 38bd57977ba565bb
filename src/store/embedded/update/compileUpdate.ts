import { conflictingUpdate, failedToParse, badValue, StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { isPlain } from '../bson/values.js';
import { compileFilter, type Filter, type Test } from '../query/compileFilter.js';
import { pathParts, rootOf } from '../query/path.js';
import { operators, type Operator } from './operators.js';

/** An update ready to run: a replacement, or steps in the order given. */
export type Update =
  | { readonly kind: 'replace'; readonly doc: Doc }
  | {
      readonly kind: 'modify';
      readonly steps: readonly Step[];
      /** Top-level fields that the steps touch or look at. */
      readonly roots: ReadonlySet<string>;
      readonly arrayFilters: ReadonlyMap<string, Test>;
    };

export type Step = {
  readonly path: string;
  readonly parts: readonly string[];
  readonly apply: Operator;
  readonly onlyOnInsert: boolean;
};

/** Compiles the update of a command. Errors: 2, 9, 40 for what is wrong or not supported. */
export function compileUpdate(update: unknown, arrayFilters: unknown, now: () => Date): Update {
  if (Array.isArray(update)) throw badValue('updates with an aggregation pipeline are not supported');
  if (!isPlain(update)) throw failedToParse('an update must be a document');
  const names = Object.keys(update);
  if (names[0]?.startsWith('$') !== true) return replacement(update, names, arrayFilters);
  const steps: Step[] = [];
  const roots = new Set<string>();
  for (const [name, fields] of Object.entries(update)) {
    const make = operators.get(name);
    if (!make) throw failedToParse(`Unknown modifier: ${name}. Expected a valid update modifier`);
    if (!isPlain(fields)) {
      throw failedToParse(
        `Modifiers operate on fields but we found another type instead. For example: {$mod: {<field>: ...}} not {${name}: ...}`,
      );
    }
    for (const [path, operand] of Object.entries(fields)) {
      steps.push({
        path,
        parts: pathParts(path),
        apply: make(operand, { now, path }),
        onlyOnInsert: name === '$setOnInsert',
      });
      roots.add(rootOf(path));
      if (name === '$rename') addRenamed(path, operand, steps, roots);
    }
  }
  refuseConflicts(steps);
  return { kind: 'modify', steps, roots, arrayFilters: compileArrayFilters(arrayFilters, steps) };
}

function replacement(update: Doc, names: readonly string[], arrayFilters: unknown): Update {
  for (const name of names) {
    if (name.startsWith('$')) {
      throw new StoreError(
        52,
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${name}' is not allowed`,
      );
    }
  }
  if (Array.isArray(arrayFilters) && arrayFilters.length > 0) {
    throw failedToParse('arrayFilters may not be specified for a replacement');
  }
  return { kind: 'replace', doc: update };
}

function addRenamed(path: string, target: unknown, steps: Step[], roots: Set<string>): void {
  if (typeof target !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${path}`);
  // the step itself lives at `path`; this one only takes part in the check for conflicts
  steps.push({ path: target, parts: pathParts(target), apply: () => undefined, onlyOnInsert: false });
  roots.add(rootOf(target));
}

function refuseConflicts(steps: readonly Step[]): void {
  const paths = steps.map(({ path }) => path).sort();
  for (const path of paths) {
    const clash = paths.find((other, i) =>
      other === path ? paths.indexOf(path) !== i : other.startsWith(`${path}.`),
    );
    if (clash !== undefined) {
      throw conflictingUpdate(`Updating the path '${clash}' would create a conflict at '${path}'`);
    }
  }
}

function compileArrayFilters(filters: unknown, steps: readonly Step[]): Map<string, Test> {
  const compiled = new Map<string, Test>();
  for (const filter of Array.isArray(filters) ? (filters as unknown[]) : []) {
    if (!isPlain(filter)) throw failedToParse('an arrayFilters entry must be a document');
    const names = new Set<string>();
    const about = renameRoots(filter, names);
    const [name] = names;
    if (name === undefined || names.size > 1)
      throw failedToParse('an array filter must have one top-level field name');
    if (compiled.has(name))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    const { test }: Filter = compileFilter(about);
    compiled.set(name, test);
  }
  const used = new Set(
    steps.flatMap(({ parts }) =>
      parts.filter((part) => part.startsWith('$[')).map((part) => part.slice(2, -1)),
    ),
  );
  for (const name of used) {
    if (name !== '' && !compiled.has(name)) throw badValue(`No array filter found for identifier '${name}'`);
  }
  for (const name of compiled.keys()) {
    if (!used.has(name))
      throw failedToParse(`The array filter for identifier '${name}' was not used in the update`);
  }
  return compiled;
}

/** `{ 'item.a': 1 }` becomes `{ 'element.a': 1 }`, so that one element can be tested as a document. */
function renameRoots(filter: Doc, names: Set<string>): Doc {
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => {
      if (key.startsWith('$')) {
        if (!Array.isArray(value)) throw badValue(`unknown top level operator: ${key}`);
        return [key, value.map((part: unknown) => (isPlain(part) ? renameRoots(part, names) : part))];
      }
      const [name = '', ...rest] = pathParts(key);
      names.add(name);
      return [['element', ...rest].join('.'), value];
    }),
  );
}
