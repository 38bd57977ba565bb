import { DomainError } from './errors.js';
import type { Action, Question, Stage } from './question.js';

/** Who acts. A board member has one or more board roles; a unit's people act only on what is routed to it. */
export type Role = 'admin' | 'editor' | 'viewer' | 'station' | 'unitHead' | 'unitClerk' | 'asker' | 'system';

type Row = { action: Action; from: readonly Stage[]; to: Stage | 'same'; who: readonly Role[] };

const OPEN: readonly Stage[] = ['received', 'clarifying', 'approved', 'routed', 'answered', 'reopened'];
const BOARD: readonly Role[] = ['admin', 'editor'];
const UNIT: readonly Role[] = ['unitHead', 'unitClerk'];

/**
 * The one table of the question's life: (from, action, who may) → to. The guard of every use case, the buttons
 * of every card and docs/life-cycle.md come from it (design, "The question"; C1, C4, A6).
 */
export const LIFE_CYCLE: readonly Row[] = [
  { action: 'approve', from: ['received', 'reopened'], to: 'approved', who: BOARD },
  { action: 'reject', from: ['received', 'clarifying', 'reopened'], to: 'rejected', who: BOARD },
  { action: 'askMore', from: ['received', 'reopened'], to: 'clarifying', who: BOARD },
  { action: 'clarify', from: ['clarifying'], to: 'received', who: ['asker'] },
  { action: 'route', from: ['approved'], to: 'routed', who: BOARD },
  { action: 'answer', from: ['routed'], to: 'answered', who: UNIT },
  { action: 'handBack', from: ['routed'], to: 'approved', who: UNIT },
  { action: 'reportDifficulty', from: ['routed'], to: 'same', who: UNIT },
  { action: 'acceptAnswer', from: ['answered'], to: 'published', who: BOARD },
  { action: 'returnAnswer', from: ['answered'], to: 'routed', who: BOARD },
  { action: 'verify', from: OPEN, to: 'same', who: BOARD },
  { action: 'setTopic', from: OPEN, to: 'same', who: BOARD },
  { action: 'takeOver', from: OPEN, to: 'same', who: BOARD },
  { action: 'note', from: [...OPEN, 'published', 'rejected'], to: 'same', who: [...BOARD, 'viewer'] },
  { action: 'revealContact', from: [...OPEN, 'published', 'rejected'], to: 'same', who: BOARD },
  {
    action: 'choose',
    from: ['approved', 'routed', 'answered', 'published'],
    to: 'same',
    who: [...BOARD, 'station'],
  },
  {
    action: 'unchoose',
    from: ['approved', 'routed', 'answered', 'published'],
    to: 'same',
    who: [...BOARD, 'station'],
  },
  { action: 'air', from: ['approved', 'routed', 'answered', 'published'], to: 'same', who: ['system'] },
  {
    action: 'withdraw',
    from: ['received', 'clarifying', 'approved', 'routed', 'answered', 'reopened'],
    to: 'withdrawn',
    who: ['asker'],
  },
  { action: 'join', from: ['received', 'approved'], to: 'joined', who: BOARD },
  { action: 'reopen', from: ['published'], to: 'reopened', who: ['asker'] },
];

/** What somebody with `roles` may do with `question` now, in the table's order. */
export function allowedActions(
  question: Pick<Question, 'stage' | 'episodeTrack' | 'verified'>,
  roles: readonly Role[],
): Action[] {
  return LIFE_CYCLE.filter(
    (row) =>
      row.from.includes(question.stage) &&
      row.who.some((role) => roles.includes(role)) &&
      !(row.action === 'choose' && question.episodeTrack !== 'none') &&
      !((row.action === 'unchoose' || row.action === 'air') && question.episodeTrack !== 'chosen') &&
      !(row.action === 'verify' && question.verified),
  ).map((row) => row.action);
}

/**
 * The stage that `action` leads to. Throws DomainError `not-allowed` when none of `roles` may ever do it,
 * `wrong-stage` when the question is not where the action starts from.
 */
export function nextStage(
  question: Pick<Question, 'code' | 'stage' | 'episodeTrack' | 'verified'>,
  action: Action,
  roles: readonly Role[],
): Stage {
  const rows = LIFE_CYCLE.filter(
    (row) => row.action === action && row.who.some((role) => roles.includes(role)),
  );
  if (rows.length === 0) throw new DomainError('not-allowed', { code: question.code, action });
  const row = rows.find((row) => row.from.includes(question.stage));
  if (!row || !allowedActions(question, roles).includes(action))
    throw new DomainError('wrong-stage', { code: question.code, action, stage: question.stage });
  return row.to === 'same' ? question.stage : row.to;
}
