/** A naive stand-in for a collection: a list, looked through from end to end. Written apart from the store. */
export type Value = null | number | string | boolean | Date | Value[];
export type Row = { _id: number; [field: string]: Value | undefined };
export type Operator = '$eq' | '$ne' | '$gt' | '$gte' | '$lt' | '$lte' | '$in' | '$nin' | '$exists';
export type Clause = { field: string; operator: Operator; operand: Value };
export type Sort = Record<string, 1 | -1>;
export type Unique = { field: string; onlyWhere?: { field: string; value: Value } };

export type Model = {
  rows: Row[];
  readonly hasUnique: boolean;
  /** False when a unique key stands in the way. */
  insert(row: Row): boolean;
  find(clauses: readonly Clause[], sort: Sort): Row[];
  change(id: number, next: (row: Row) => Row): boolean;
  remove(id: number): void;
};

export function createModel(unique: readonly Unique[]): Model {
  const model: Model = {
    rows: [],
    hasUnique: unique.length > 0,
    insert(row) {
      if (clashes(row)) return false;
      model.rows.push(row);
      return true;
    },
    find: (clauses, sort) =>
      model.rows
        .filter((row) => clauses.every((clause) => holds(row, clause)))
        .sort((a, b) => bySort(a, b, sort)),
    change(id, next) {
      const at = model.rows.findIndex((row) => row._id === id);
      const row = model.rows[at];
      if (!row) return true;
      const changed = next(row);
      if (clashes(changed)) return false;
      model.rows[at] = changed;
      return true;
    },
    remove(id) {
      model.rows = model.rows.filter((row) => row._id !== id);
    },
  };
  const clashes = (row: Row): boolean =>
    unique.some(({ field, onlyWhere }) => {
      const counts = (one: Row): boolean =>
        onlyWhere === undefined || equal(one[onlyWhere.field], onlyWhere.value);
      return (
        counts(row) &&
        model.rows.some(
          (other) => other._id !== row._id && counts(other) && overlap(row[field], other[field]),
        )
      );
    });
  return model;
}

function overlap(a: Value | undefined, b: Value | undefined): boolean {
  const keys = (value: Value | undefined): Array<Value | undefined> =>
    Array.isArray(value) ? (value.length > 0 ? value : [[]]) : [value];
  return keys(a).some((one) => keys(b).some((other) => compare(one, other) === 0));
}

function holds(row: Row, { field, operator, operand }: Clause): boolean {
  const value = row[field];
  const places: Array<Value | undefined> = Array.isArray(value) ? [...value, value] : [value];
  const some = (test: (place: Value | undefined) => boolean): boolean => places.some(test);
  const ranged = (test: (order: number) => boolean): boolean =>
    some((place) => place !== undefined && rank(place) === rank(operand) && test(compare(place, operand)));
  const inList = (): boolean => (operand as Value[]).some((item) => some((place) => equal(place, item)));
  switch (operator) {
    case '$eq':
      return some((place) => equal(place, operand));
    case '$ne':
      return !some((place) => equal(place, operand));
    case '$gt':
      return ranged((order) => order > 0);
    case '$gte':
      return ranged((order) => order >= 0);
    case '$lt':
      return ranged((order) => order < 0);
    case '$lte':
      return ranged((order) => order <= 0);
    case '$in':
      return inList();
    case '$nin':
      return !inList();
    case '$exists':
      return (value !== undefined) === operand;
  }
}

const equal = (a: Value | undefined, b: Value | undefined): boolean => compare(a, b) === 0;

function rank(value: Value | undefined): number {
  if (value === undefined || value === null) return 1;
  if (typeof value === 'number') return 2;
  if (typeof value === 'string') return 3;
  if (Array.isArray(value)) return 4;
  return typeof value === 'boolean' ? 5 : 6;
}

export function compare(a: Value | undefined, b: Value | undefined): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === undefined || a === null || b === undefined || b === null) return 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compare(a[i], b[i]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function bySort(a: Row, b: Row, sort: Sort): number {
  for (const [field, direction] of Object.entries(sort)) {
    const order = compareEnds(end(a[field], direction), end(b[field], direction));
    if (order !== 0) return order * direction;
  }
  return 0;
}

/** An empty list stands before everything. */
function compareEnds(a: Value | undefined, b: Value | undefined): number {
  const empty = (value: Value | undefined): boolean => Array.isArray(value) && value.length === 0;
  if (empty(a) || empty(b)) return Number(empty(b)) - Number(empty(a));
  return compare(a, b);
}

function end(value: Value | undefined, direction: 1 | -1): Value | undefined {
  if (!Array.isArray(value) || value.length === 0) return value;
  return [...value].sort(compare).at(direction === 1 ? 0 : -1);
}
