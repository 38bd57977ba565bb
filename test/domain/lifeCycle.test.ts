import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/errors.js';
import { allowedActions, LIFE_CYCLE, nextStage, type Role } from '../../src/domain/lifeCycle.js';
import { ACTIONS, STAGES, type Action, type Stage } from '../../src/domain/question.js';
import { lifeCycleDocument } from '../../scripts/lifeCycleDocument.js';

const ROLES: readonly Role[] = [
  'admin',
  'editor',
  'viewer',
  'station',
  'unitHead',
  'unitClerk',
  'asker',
  'system',
];
const TRACKS = ['none', 'chosen', 'aired'] as const;

/** The rules of the plan, written down a second time and by stage, so that a slip in the table shows. */
const BOARD_MAY: Record<Stage, Partial<Record<Action, Stage>>> = {
  received: { approve: 'approved', reject: 'rejected', askMore: 'clarifying', join: 'joined' },
  clarifying: { reject: 'rejected' },
  approved: { route: 'routed', join: 'joined' },
  routed: {},
  answered: { acceptAnswer: 'published', returnAnswer: 'routed' },
  published: {},
  rejected: {},
  withdrawn: {},
  joined: {},
  reopened: { approve: 'approved', reject: 'rejected', askMore: 'clarifying' },
};
const UNIT_MAY: Partial<Record<Stage, Partial<Record<Action, Stage>>>> = {
  routed: { answer: 'answered', handBack: 'approved', reportDifficulty: 'routed' },
};
const ASKER_MAY: Partial<Record<Stage, Partial<Record<Action, Stage>>>> = {
  received: { withdraw: 'withdrawn' },
  clarifying: { clarify: 'received', withdraw: 'withdrawn' },
  approved: { withdraw: 'withdrawn' },
  routed: { withdraw: 'withdrawn' },
  answered: { withdraw: 'withdrawn' },
  reopened: { withdraw: 'withdrawn' },
  published: { reopen: 'reopened' },
};
const OPEN: readonly Stage[] = ['received', 'clarifying', 'approved', 'routed', 'answered', 'reopened'];
const ON_FILE: readonly Stage[] = [...OPEN, 'published', 'rejected'];
const FOR_AIR: readonly Stage[] = ['approved', 'routed', 'answered', 'published'];

/** Where (stage, action, role) leads for an unverified question on the given track; undefined: refused. */
function expected(
  stage: Stage,
  action: Action,
  role: Role,
  track: (typeof TRACKS)[number],
): Stage | undefined {
  const board = role === 'admin' || role === 'editor';
  if (action === 'verify' || action === 'setTopic' || action === 'takeOver')
    return board && OPEN.includes(stage) ? stage : undefined;
  if (action === 'note') return (board || role === 'viewer') && ON_FILE.includes(stage) ? stage : undefined;
  if (action === 'revealContact') return board && ON_FILE.includes(stage) ? stage : undefined;
  if (action === 'choose' || action === 'unchoose') {
    const onTrack = action === 'choose' ? track === 'none' : track === 'chosen';
    return (board || role === 'station') && FOR_AIR.includes(stage) && onTrack ? stage : undefined;
  }
  if (action === 'air')
    return role === 'system' && FOR_AIR.includes(stage) && track === 'chosen' ? stage : undefined;
  if (board) return BOARD_MAY[stage][action];
  if (role === 'unitHead' || role === 'unitClerk') return UNIT_MAY[stage]?.[action];
  return role === 'asker' ? ASKER_MAY[stage]?.[action] : undefined;
}

function attempt(stage: Stage, action: Action, roles: readonly Role[], track: (typeof TRACKS)[number]) {
  const question = { code: 'KG-2026-000001', stage, episodeTrack: track, verified: false };
  try {
    return { to: nextStage(question, action, roles) };
  } catch (error) {
    if (error instanceof DomainError) return { error };
    throw error;
  }
}

describe("a question's life", () => {
  const triples = STAGES.flatMap((stage) => ACTIONS.map((action) => ({ stage, action })));

  it.each(triples)('leads from $stage by $action only where the plan says, for every role', (triple) => {
    for (const role of ROLES)
      for (const track of TRACKS) {
        const { to } = attempt(triple.stage, triple.action, [role], track);
        expect(to, `${role}, ${track}`).toBe(expected(triple.stage, triple.action, role, track));
      }
  });

  it('offers an action exactly when it can be carried out, for any set of roles', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STAGES),
        fc.constantFrom(...TRACKS),
        fc.boolean(),
        fc.subarray([...ROLES]),
        (stage, episodeTrack, verified, roles) => {
          const question = { code: 'KG-2026-000001', stage, episodeTrack, verified };
          const offered = allowedActions(question, roles);
          for (const action of ACTIONS) {
            const works = (): Stage => nextStage(question, action, roles);
            if (offered.includes(action)) expect(STAGES).toContain(works());
            else expect(works).toThrow(DomainError);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('offers no action twice', () => {
    for (const stage of STAGES) {
      const offered = allowedActions({ stage, episodeTrack: 'none', verified: false }, ROLES);
      expect(new Set(offered).size).toBe(offered.length);
    }
  });

  it('tells a role that may never do it from a stage where it cannot be done', () => {
    expect(attempt('received', 'approve', ['asker'], 'none').error?.code).toBe('not-allowed');
    expect(attempt('routed', 'approve', ['editor'], 'none').error).toMatchObject({
      code: 'wrong-stage',
      fields: { code: 'KG-2026-000001', action: 'approve', stage: 'routed' },
    });
  });

  it('offers nothing to somebody without a role', () => {
    for (const stage of STAGES)
      expect(allowedActions({ stage, episodeTrack: 'chosen', verified: false }, [])).toEqual([]);
  });

  it('does not offer to verify the details twice', () => {
    const question = { stage: 'received', episodeTrack: 'none', verified: true } as const;
    expect(allowedActions(question, ['admin'])).not.toContain('verify');
  });

  it('has a row for every action', () => {
    expect(new Set(LIFE_CYCLE.map((row) => row.action))).toEqual(new Set(ACTIONS));
  });

  it('reaches every stage from receipt', () => {
    const reached = new Set<Stage>(['received']);
    for (const _step of STAGES)
      for (const { from, to } of LIFE_CYCLE)
        if (to !== 'same' && from.some((stage) => reached.has(stage))) reached.add(to);
    expect([...reached].sort()).toEqual([...STAGES].sort());
  });

  it('is documented as it is', () => {
    const written = readFileSync(new URL('../../docs/life-cycle.md', import.meta.url), 'utf8');
    expect(written).toBe(lifeCycleDocument());
  });
});
