import { compareValues, orderOf } from '../bson/values.js';
import { fieldTest, truthy, type Condition } from './fieldTest.js';
import { compileFilter } from './compileFilter.js';

/** Whether documents for which all of `conditions` hold satisfy `wanted` too; false when in doubt. */
export function implies(conditions: readonly Condition[], wanted: Condition): boolean {
  return conditions.some((known) => known.path === wanted.path && impliesOne(known, wanted));
}

/** Whether all of `conditions` together mean that something stands at `path`. */
export function impliesExistence(conditions: readonly Condition[], path: string): boolean {
  return conditions.some((known) => known.path === path && impliesSome(known));
}

const COMPARISONS = new Set(['$gt', '$gte', '$lt', '$lte']);

function impliesSome({ operator, operand }: Condition): boolean {
  if (operator === '$eq' || COMPARISONS.has(operator)) return operand !== null && operand !== undefined;
  if (operator === '$in') return Array.isArray(operand) && !operand.includes(null);
  return (operator === '$exists' && truthy(operand)) || operator === '$type' || operator === '$regex';
}

function impliesOne(known: Condition, wanted: Condition): boolean {
  if (wanted.operator === '$exists') return truthy(wanted.operand) && impliesSome(known);
  const values = valuesOf(known);
  if (values !== undefined) {
    const { test, negated } = fieldTest(wanted.operator, wanted.operand, {}, compileFilter);
    return !negated && values.every((value) => value !== null && test(value));
  }
  const direction = known.operator.slice(0, 3);
  if (!COMPARISONS.has(known.operator) || !wanted.operator.startsWith(direction)) return false;
  if (orderOf(known.operand) !== orderOf(wanted.operand)) return false;
  const order = compareValues(known.operand, wanted.operand) * (direction === '$gt' ? 1 : -1);
  return order > 0 || (order === 0 && (wanted.operator.endsWith('e') || !known.operator.endsWith('e')));
}

function valuesOf({ operator, operand }: Condition): unknown[] | undefined {
  if (operator === '$eq' && !Array.isArray(operand)) return [operand];
  if (operator === '$in' && Array.isArray(operand) && !operand.some(Array.isArray))
    return operand as unknown[];
  return undefined;
}
