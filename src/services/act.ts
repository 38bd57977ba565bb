import type { Clock } from '../clock.js';
import { nextStage, type Role } from '../domain/lifeCycle.js';
import { DomainError } from '../domain/errors.js';
import type { Action, Question, QuestionEvent } from '../domain/question.js';
import type { AuditStore } from '../store/audit.js';
import type { PeopleStore } from '../store/people.js';
import type { QuestionPatch, QuestionRecord, QuestionsStore } from '../store/questions.js';
import { ACTION_RULES, type Effect } from './actionRules.js';
import { byPerson } from './byPerson.js';
import { awaitsHandover, deadlineOf, keptFields, nextWatch } from './keptFields.js';
import { refuse } from './refuse.js';
import type { ActionDetails, Actor, Announce, Services } from './services.js';
import type { SearchIndex } from './searchIndex.js';
import type { Snapshot } from './settingKinds.js';
import type { SettingsCache } from './settingsCache.js';

/** What acts when nobody does: the tick. */
export const SYSTEM: Actor = { account: 'system', name: '', roles: ['system'] };

const MOST_ATTEMPTS = 100;

export type ActDeps = {
  questions: QuestionsStore;
  people: PeopleStore;
  audit: AuditStore;
  settings: SettingsCache;
  searchIndex: SearchIndex;
  clock: Clock;
  announce: Announce;
};

/**
 * Carries out one row of the life cycle (C1, C2, C4): one write on code and version sets the stage and appends the
 * event. Who loses a race is judged again by what is there now. A repeat with the same cause gives the question as
 * it is with the event of then, and announces it again. Throws DomainError: see Services.act and actionRules.ts.
 */
export function createAct(deps: ActDeps): Services['act'] {
  const { questions, audit, settings, clock, announce } = deps;

  return async (code, action, by, details, cause) => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const question = await questions.byCode(code);
      if (!question) throw refuse('not-found', { code });
      const done = question.events.find((event) => event.id === cause);
      const applied = done ? { question, event: done } : await tryOnce(question, action, by, details, cause);
      if (!applied) continue;
      if (applied.event.action === 'revealContact') await recordReveal(code, applied.event);
      if (applied.event.action === 'clarify') await deps.searchIndex.refresh(code);
      await announce.questionChanged(applied.question, applied.event);
      return applied;
    }
    throw new Error(`${code} is changed by too many at once`);
  };

  async function tryOnce(
    question: Question,
    action: Action,
    by: Actor,
    details: ActionDetails,
    cause: string,
  ) {
    const { roles, person } = await rolesHere(question, by);
    const stage = guard(question, action, roles);
    const snapshot = await settings.read();
    const now = clock.now();
    const effect = await ACTION_RULES[action]({
      question,
      details,
      by,
      now,
      settings: snapshot,
      find: questions.byCode,
    });
    const event: QuestionEvent = {
      id: cause,
      action,
      at: now,
      by: person === undefined ? by.account : byPerson(person),
      ...(person === undefined && by.name !== '' ? { byName: by.name } : {}),
      from: question.stage,
      to: stage,
      ...effect.event,
    };
    const patch = completePatch(question, { ...effect, set: { ...effect.set, stage } }, snapshot, now);
    const changed = await questions.change(question.code, question.version, patch, event);
    return changed && { question: changed, event };
  }

  /** A unit's roles count only on what is routed to it, an asker's only on their own. */
  async function rolesHere(question: Question, by: Actor): Promise<{ roles: Role[]; person?: string }> {
    const ours = by.unit !== undefined && by.unit === question.unit;
    const roles = by.roles.filter(
      (role) => role !== 'asker' && (ours || (role !== 'unitHead' && role !== 'unitClerk')),
    );
    if (!by.roles.includes('asker')) return { roles };
    const person = (await deps.people.byAccount(by.account))?.id;
    return person === question.asker.person ? { roles: [...roles, 'asker'], person } : { roles };
  }

  async function recordReveal(code: string, event: QuestionEvent): Promise<void> {
    await audit.add({
      id: `reveal:${code}:${event.id}`,
      at: event.at,
      by: event.by,
      what: 'contact-revealed',
      subject: code,
    });
  }
}

/** The stage it leads to; a refusal for the stage names who brought the question there. */
function guard(question: Question, action: Action, roles: readonly Role[]) {
  try {
    return nextStage(question, action, roles);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'wrong-stage') throw error;
    const last = question.events.findLast((event) => decides(event, action));
    throw new DomainError(
      'wrong-stage',
      {
        ...error.fields,
        by: last?.byName ?? '',
        byKind: last?.byName ? 'member' : last?.by === 'system' ? 'system' : 'asker',
        lastAction: last?.action ?? 'submit',
      },
      { cause: error },
    );
  }
}

const TRACK: readonly QuestionEvent['action'][] = ['choose', 'unchoose', 'air'];

/** Whether this event is what stands against `action`: on its own track, or a change of the stage. */
function decides(event: QuestionEvent, action: Action): boolean {
  if (action === 'verify' && event.action === 'verify') return true;
  if (TRACK.includes(action) && TRACK.includes(event.action)) return true;
  return event.from !== event.to;
}

/** Adds to an action's effect what follows from it: deadline, lists, the end of being chosen. */
function completePatch(question: Question, effect: Effect, settings: Snapshot, now: Date): QuestionPatch {
  const set: Partial<QuestionRecord> = { ...effect.set };
  const unset: (keyof QuestionRecord)[] = [...(effect.unset ?? [])];
  if (
    question.episodeTrack === 'chosen' &&
    set.stage &&
    ['rejected', 'withdrawn', 'joined'].includes(set.stage)
  ) {
    set.episodeTrack = 'none';
    unset.push('episode');
  }
  // An open pause ends with the stage that it belongs to, whoever ends it.
  if (question.stage === 'clarifying' && set.stage !== 'clarifying')
    set.pauses = question.pauses.map((pause) => (pause.to ? pause : { ...pause, to: now }));
  if (set.pauses && !question.handedOverAt)
    set.dueAt = deadlineOf({ receivedAt: question.receivedAt, pauses: set.pauses }, settings, now).dueAt;

  const next: Question = { ...question, ...set };
  const kept = keptFields(next, settings, now);
  set.open = kept.open;
  set.awaiting = kept.awaiting;
  if (!kept.awaiting) unset.push('nextWatchAt');
  else if (!awaitsHandover(question) || next.dueAt.getTime() !== question.dueAt.getTime())
    set.nextWatchAt = nextWatch(next, settings, now);
  return { set, unset };
}
