import { badValue, StoreError } from '../errors.js';
import { pickFields, readDocument, setOwn, wantedField, type Doc } from '../bson/readBson.js';
import { document, elementsOf, encodeDocument } from '../bson/spliceFields.js';
import { isPlain, numeric } from '../bson/values.js';
import { compileFilter } from './compileFilter.js';
import { pathParts } from './path.js';

/** What a projection makes of an encoded document. */
export type Projection = (raw: Buffer) => Buffer;

/** Fields to keep or to drop, as a tree; a leaf is true or a change to the value (`$slice`, `$elemMatch`). */
type Tree = Map<string, Tree | true | ((value: unknown) => unknown)>;

/** Compiles a projection; undefined when it changes nothing. What MongoDB computes here is refused (BadValue). */
export function compileProjection(spec: unknown): Projection | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isPlain(spec)) throw badValue('a projection must be a document');
  const entries = Object.entries(spec);
  if (entries.length === 0) return undefined;
  const tree: Tree = new Map();
  let including: boolean | undefined;
  let id: boolean | undefined;
  for (const [path, value] of entries) {
    const rule = ruleOf(path, value);
    if (path === '_id' && typeof rule === 'boolean') {
      id = rule;
      continue;
    }
    const includes = typeof rule === 'boolean' ? rule : rule.includes;
    if (includes !== undefined) {
      if (including !== undefined && including !== includes) throw mixed(path, includes);
      including = includes;
    }
    place(tree, pathParts(path), typeof rule === 'boolean' ? true : rule.change, path);
  }
  const keeps = including ?? (tree.size === 0 && id === true);
  if (!keeps) return excluding(tree, id === false);
  return inclusion(tree, id !== false);
}

type Rule = boolean | { includes: boolean | undefined; change: (value: unknown) => unknown };

function ruleOf(path: string, value: unknown): Rule {
  if (path.startsWith('$') || path.endsWith('.$')) throw badValue('positional projection is not supported');
  if (typeof value === 'boolean') return value;
  if (isPlain(value)) return operatorRule(path, value);
  if (typeof value === 'string' || value === null || Array.isArray(value)) {
    throw badValue(`the projection of '${path}' is an expression, which find does not support here`);
  }
  return Number(numeric(value)) !== 0;
}

function operatorRule(path: string, value: Doc): Rule {
  const [operator, ...more] = Object.keys(value);
  if (operator === '$elemMatch' && more.length === 0) {
    const { test } = compileFilter({ list: { $elemMatch: value['$elemMatch'] } });
    return {
      includes: true,
      change: (list) => {
        const found = Array.isArray(list)
          ? list.filter((item: unknown) => test({ list: [item] })).slice(0, 1)
          : [];
        return found.length > 0 ? found : undefined;
      },
    };
  }
  if (operator === '$slice' && more.length === 0)
    return { includes: undefined, change: slicer(value['$slice']) };
  throw badValue(`the projection of '${path}' is not supported`);
}

function slicer(operand: unknown): (value: unknown) => unknown {
  const [first, second] = (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((part) =>
    Number(numeric(part)),
  );
  if (first === undefined || (second !== undefined && second <= 0)) throw badValue('malformed $slice');
  return (value) => {
    if (!Array.isArray(value)) return value;
    const list: unknown[] = value;
    if (second === undefined) return first >= 0 ? list.slice(0, first) : list.slice(first);
    const from = first >= 0 ? first : Math.max(0, list.length + first);
    return list.slice(from, from + second);
  };
}

function place(
  tree: Tree,
  parts: readonly string[],
  leaf: true | ((value: unknown) => unknown),
  path: string,
): void {
  const [part = '', ...rest] = parts;
  const there = tree.get(part);
  const collides = rest.length === 0 ? there !== undefined : there === true || typeof there === 'function';
  if (collides) {
    throw new StoreError(31249, 'Location31249', `Path collision at ${path}`);
  }
  if (rest.length === 0) {
    tree.set(part, leaf);
    return;
  }
  let below: Tree = new Map();
  if (typeof there === 'object') below = there;
  tree.set(part, below);
  place(below, rest, leaf, path);
}

const mixed = (path: string, includes: boolean): StoreError =>
  includes
    ? new StoreError(31253, 'Location31253', `Cannot do inclusion on field ${path} in exclusion projection`)
    : new StoreError(31254, 'Location31254', `Cannot do exclusion on field ${path} in inclusion projection`);

function inclusion(tree: Tree, id: boolean): Projection {
  const top = new Map(tree);
  if (id) top.set('_id', true);
  if ([...top.values()].every((rule) => rule === true)) {
    return (raw) =>
      document([...elementsOf(raw)].filter(([name]) => top.has(name)).map(([, bytes]) => bytes));
  }
  const roots = [...top.keys()].map(wantedField);
  return (raw) => {
    const kept = include(pickFields(raw, roots), top);
    return encodeDocument(kept);
  };
}

function include(doc: Doc, tree: Tree): Doc {
  const kept: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    const rule = tree.get(name);
    const result =
      rule === undefined
        ? undefined
        : rule === true
          ? value
          : typeof rule === 'function'
            ? rule(value)
            : includeIn(value, rule);
    if (result !== undefined) setOwn(kept, name, result);
  }
  return kept;
}

function includeIn(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => includeIn(item, tree)).filter((item) => item !== undefined);
  }
  return isPlain(value) ? include(value, tree) : undefined;
}

function excluding(tree: Tree, id: boolean): Projection {
  const top = new Map(tree);
  if (id) top.set('_id', true);
  if ([...top.values()].every((rule) => rule === true)) {
    return (raw) =>
      document([...elementsOf(raw)].filter(([name]) => !top.has(name)).map(([, bytes]) => bytes));
  }
  return (raw) => encodeDocument(exclude(readDocument(raw), top));
}

function exclude(doc: Doc, tree: Tree): Doc {
  const kept: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    const rule = tree.get(name);
    if (rule === true) continue;
    setOwn(
      kept,
      name,
      rule === undefined ? value : typeof rule === 'function' ? rule(value) : excludeIn(value, rule),
    );
  }
  return kept;
}

function excludeIn(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => excludeIn(item, tree));
  return isPlain(value) ? exclude(value, tree) : value;
}
