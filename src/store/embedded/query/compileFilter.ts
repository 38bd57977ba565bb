import { badValue, failedToParse } from '../errors.js';
import { wantedField, type Doc, type WantedField } from '../bson/readBson.js';
import { isPlain } from '../bson/values.js';
import { compileExpression, isTruthy, plainDocument } from '../aggregate/expressions.js';
import { fieldTest, isOperatorObject, type Condition } from './fieldTest.js';
import { pathParts, rootOf, somewhere } from './path.js';

export type Test = (doc: Doc) => boolean;

/** A filter ready to run. */
export type Filter = {
  readonly test: Test;
  /** The top-level fields that `test` looks at; undefined when it wants the whole document. */
  readonly fields: readonly WantedField[] | undefined;
  /** What must hold of single fields, for the planner: conditions joined by 'and'. */
  readonly conditions: readonly Condition[];
  /** The branches of each `$or` at the top, for the planner. */
  readonly alternatives: ReadonlyArray<readonly Filter[]>;
  /** Whether `conditions` alone say all that the filter says. */
  readonly simple: boolean;
};

/** Compiles a query filter. Errors: BadValue (2) or FailedToParse (9) for what is wrong or not supported. */
export function compileFilter(filter: unknown): Filter {
  if (!isPlain(filter)) throw failedToParse('a filter must be a document');
  const parts: Parts = {
    tests: [],
    roots: new Set(),
    whole: false,
    conditions: [],
    alternatives: [],
    simple: true,
  };
  addDocument(filter, parts);
  const fields = parts.whole ? undefined : [...parts.roots].map(wantedField);
  return {
    test: allOf(parts.tests),
    fields,
    conditions: parts.conditions,
    alternatives: parts.alternatives,
    simple: parts.simple,
  };
}

function allOf(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  return (doc) => {
    for (const test of tests) if (!test(doc)) return false;
    return true;
  };
}

type Parts = {
  tests: Test[];
  roots: Set<string>;
  whole: boolean;
  conditions: Condition[];
  alternatives: Filter[][];
  simple: boolean;
};

function addDocument(filter: Doc, parts: Parts): void {
  for (const [key, value] of Object.entries(filter)) {
    if (key.startsWith('$')) addLogical(key, value, parts);
    else addField(key, value, parts);
  }
}

function addLogical(key: string, value: unknown, parts: Parts): void {
  switch (key) {
    case '$and':
      for (const clause of clauses(key, value)) addDocument(clause, parts);
      return;
    case '$or':
    case '$nor': {
      const branches = clauses(key, value).map(compileFilter);
      for (const branch of branches) addRoots(branch, parts);
      parts.simple = false;
      if (key === '$or') parts.alternatives.push(branches);
      parts.tests.push((doc) => branches.some((branch) => branch.test(doc)) === (key === '$or'));
      return;
    }
    case '$expr': {
      const expression = compileExpression(value);
      parts.whole = true;
      parts.simple = false;
      parts.tests.push((doc) => isTruthy(expression(plainDocument(doc))));
      return;
    }
    case '$comment':
      return;
    default:
      throw badValue(`unknown top level operator: ${key}`);
  }
}

function clauses(key: string, value: unknown): Doc[] {
  if (!Array.isArray(value) || value.length === 0) throw badValue(`${key} must be a nonempty array`);
  return value.map((clause: unknown) => {
    if (!isPlain(clause)) throw badValue(`${key} entries need to be full objects`);
    return clause;
  });
}

function addRoots(filter: Filter, parts: Parts): void {
  if (filter.fields === undefined) parts.whole = true;
  else for (const field of filter.fields) parts.roots.add(field.name);
}

function addField(path: string, value: unknown, parts: Parts): void {
  const steps = pathParts(path);
  parts.roots.add(rootOf(path));
  const operators = isOperatorObject(value) ? Object.entries(value) : ([['$eq', value]] as const);
  for (const [operator, operand] of operators) {
    if (operator === '$options') continue; // read together with $regex
    const { test, negated } = fieldTest(operator, operand, isPlain(value) ? value : {}, compileFilter);
    parts.conditions.push({ path, operator, operand });
    const [root] = steps;
    if (steps.length === 1 && root !== undefined) {
      parts.tests.push(negated ? (doc) => !test(doc[root]) : (doc) => test(doc[root]));
    } else {
      parts.tests.push((doc) => somewhere(doc, steps, 0, test) !== negated);
    }
  }
}
