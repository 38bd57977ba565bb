/** The engine: stored state and one reply give the new state, what to say, and what is meant. No I/O, no time of its own. */
import { fold, normalize } from '../domain/text.js';
import { shortRun } from './buttonData.js';
import { NAV, PAGE_SIZE } from './flow.js';
import type { Advance, Flow, FlowEnv, FlowState, NavChoice, Phrase, Reply, Saying, Step } from './flow.js';

/** Reserved choice values that turn the pages of a long list: `_p0`, `_p1`, … */
const PAGE_VALUE = /^_p(\d{1,4})$/;

/**
 * Begins a flow. `run` is the id of the update that began it; `draft` is what is known already (otherwise the
 * flow's own start).
 */
export function begin<D, W, I>(
  flow: Flow<D, W, I>,
  run: string,
  env: FlowEnv<W>,
  draft: D = flow.start(env),
): Advance<I> {
  const state: FlowState = {
    flow: flow.name,
    version: flow.version,
    run,
    step: flow.first,
    back: [],
    draft,
    touchedAt: env.now,
  };
  return { state, say: [ask(flow, state, env)] };
}

/**
 * Takes one reply. A wrong reply, an old button and a state of an older version of the flow all end in the current
 * question being asked again with the reason, so that there is always a way on.
 */
export function advance<D, W, I>(
  flow: Flow<D, W, I>,
  stored: FlowState,
  reply: Reply,
  env: FlowEnv<W>,
): Advance<I> {
  const current = bringUpToDate(flow, stored, env);
  if (current.note) return current.note;
  const { state, step, draft } = current;
  if (reply.kind === 'choice') {
    if (!isSame(reply.run, state.run) || reply.step !== state.step) return stale(flow, state, env);
    if (reply.value === NAV.cancel)
      return { state: null, say: [{ phrase: { key: 'common:cancelled' } }], note: 'cancelled' };
    if (reply.value === NAV.back) return goBack(flow, state, env);
    if (reply.value === NAV.skip) return skip(flow, state, env);
    if (reply.value === NAV.done && !step.gathers)
      return again(flow, state, env, { key: 'common:wrong.nothingToFinish' });
    const choices = (step.ask(draft, env).choices ?? []).flat();
    const page = PAGE_VALUE.exec(reply.value);
    if (page) return turnPage(flow, state, env, Number(page[1]), choices.length);
    if (reply.value !== NAV.done && !choices.some((choice) => choice.value === reply.value))
      return stale(flow, state, env);
    if (state.step === flow.summary && Object.hasOwn(flow.steps, reply.value))
      return edit(flow, state, reply.value, env);
  }
  const readable = makeReadable(reply, step);
  if ('key' in readable) return again(flow, state, env, readable);
  const taken = step.take(readable, draft, env);
  if (!taken.ok) return again(flow, state, env, taken.wrong);
  if (taken.value.stay !== undefined)
    return stay(flow, stayed(state, env, taken.value.draft, reply), taken.value.stay, env);
  return moveOn(flow, state, taken.value.draft, env);
}

/** The current question once more, for instance after the language was changed. */
export function ask<D, W, I>(flow: Flow<D, W, I>, stored: FlowState, env: FlowEnv<W>): Saying {
  const current = bringUpToDate(flow, stored, env);
  if (current.note) return current.note.say[0] ?? { phrase: { key: 'common:cancelled' } };
  const { phrase, choices, contact } = current.step.ask(current.draft, env);
  return dress(flow, current.state, {
    phrase,
    ...(choices && choices.flat().length > 0 ? { choices } : {}),
    ...(contact ? { contact } : {}),
  });
}

/** One step back, keeping what was told; from a field edited at the summary back to the summary. */
export function goBack<D, W, I>(flow: Flow<D, W, I>, state: FlowState, env: FlowEnv<W>): Advance<I> {
  const step = state.back.at(-1);
  if (step === undefined || !flow.steps[step])
    return again(flow, state, env, { key: 'common:wrong.noWayBack' });
  const editing = state.editing === true && step !== flow.summary;
  return enter(
    flow,
    { ...fresh(state, env), step, back: state.back.slice(0, -1), ...(editing ? { editing } : {}) },
    env,
  );
}

/** Passes over the current step when it may be passed over. */
export function skip<D, W, I>(flow: Flow<D, W, I>, stored: FlowState, env: FlowEnv<W>): Advance<I> {
  const current = bringUpToDate(flow, stored, env);
  if (current.note) return current.note;
  if (!current.step.skip) return again(flow, current.state, env, { key: 'common:wrong.cannotSkip' });
  return moveOn(flow, current.state, current.step.skip(current.draft), env);
}

type Current<D, W, I> = { note: Advance<I> } | { note?: never; state: FlowState; step: Step<D, W>; draft: D };

/** The state in the shape of this version of the flow, or what to say when the person has to be asked anew. */
function bringUpToDate<D, W, I>(flow: Flow<D, W, I>, stored: FlowState, env: FlowEnv<W>): Current<D, W, I> {
  const step = flow.steps[stored.step];
  // The draft was written by this same version of this flow, which is what the version says.
  if (stored.flow === flow.name && stored.version === flow.version && step)
    return { state: stored, step, draft: stored.draft as D };
  const moved = flow.migrate?.({ version: stored.version, step: stored.step, draft: stored.draft });
  const target = moved && flow.steps[moved.step];
  const state: FlowState = {
    ...fresh(stored, env),
    flow: flow.name,
    version: flow.version,
    step: moved && target ? moved.step : flow.first,
    back: moved && target ? stored.back.filter((name) => flow.steps[name]) : [],
    draft: moved ? moved.draft : flow.start(env),
  };
  if (moved && target && moved.step === stored.step) return { state, step: target, draft: moved.draft };
  const key = moved ? 'common:flowMoved' : 'common:flowRestarted';
  return { note: { ...again(flow, state, env, { key }), note: 'restarted' } };
}

function moveOn<D, W, I>(flow: Flow<D, W, I>, state: FlowState, draft: D, env: FlowEnv<W>): Advance<I> {
  const next = flow.steps[state.step]?.next(draft, env) ?? 'done';
  if (next === 'done') return { state: null, say: [], intent: flow.finish(draft, env) };
  // From the summary, what is still missing is asked like an edit: it leads back to the summary.
  if (state.step === flow.summary) return edit(flow, { ...state, draft }, next, env);
  const back = [...state.back, state.step];
  const summary = flow.summary;
  if (state.editing && summary !== undefined && !flow.steps[next]?.missing?.(draft))
    return enter(
      flow,
      { ...fresh(state, env), draft, step: summary, back: beforeSummary(back, summary) },
      env,
    );
  const editing = state.editing === true && next !== summary;
  return enter(
    flow,
    {
      ...fresh(state, env),
      draft,
      step: next,
      back: next === summary ? beforeSummary(back, summary) : back,
      ...(editing ? { editing } : {}),
    },
    env,
  );
}

const beforeSummary = (back: string[], summary: string): string[] =>
  back.includes(summary) ? back.slice(0, back.indexOf(summary)) : back;

function edit<D, W, I>(flow: Flow<D, W, I>, state: FlowState, step: string, env: FlowEnv<W>): Advance<I> {
  return enter(flow, { ...fresh(state, env), step, back: [...state.back, state.step], editing: true }, env);
}

function enter<D, W, I>(flow: Flow<D, W, I>, state: FlowState, env: FlowEnv<W>): Advance<I> {
  return { state, say: [ask(flow, state, env)] };
}

function stay<D, W, I>(
  flow: Flow<D, W, I>,
  state: FlowState,
  what: Phrase | 'silent' | 'ask',
  env: FlowEnv<W>,
): Advance<I> {
  if (what === 'silent') return { state, say: [] };
  const { contact, ...question } = ask(flow, state, env);
  if (what === 'ask') return { state, say: [{ ...question, ...(contact ? { contact } : {}) }] };
  return { state, say: [{ ...question, phrase: what }] };
}

function turnPage<D, W, I>(
  flow: Flow<D, W, I>,
  state: FlowState,
  env: FlowEnv<W>,
  page: number,
  total: number,
): Advance<I> {
  const last = Math.max(0, Math.ceil(total / PAGE_SIZE) - 1);
  const turned: FlowState = { ...state, page: Math.min(page, last), touchedAt: env.now };
  return { state: turned, say: [ask(flow, turned, env)] };
}

/** The question again, after a sentence that says why. */
function again<D, W, I>(flow: Flow<D, W, I>, state: FlowState, env: FlowEnv<W>, why: Phrase): Advance<I> {
  const touched = { ...state, touchedAt: env.now };
  const { contact: _shown, ...question } = ask(flow, touched, env); // its card stands above
  return {
    state: touched,
    say: [{ ...question, phrase: { key: 'common:pair', values: { first: why, second: question.phrase } } }],
  };
}

function stale<D, W, I>(flow: Flow<D, W, I>, state: FlowState, env: FlowEnv<W>): Advance<I> {
  return { ...again<D, W, I>(flow, state, env, { key: 'common:oldButton' }), note: 'stale' };
}

function dress<D, W, I>(
  flow: Flow<D, W, I>,
  state: FlowState,
  what: Pick<Saying, 'phrase' | 'choices' | 'contact'>,
): Saying {
  const step = flow.steps[state.step];
  const nav: NavChoice[] = [
    ...(step?.gathers ? [NAV.done] : []),
    ...(step?.skip ? [NAV.skip] : []),
    ...(state.back.length > 0 ? [NAV.back] : []),
    NAV.cancel,
  ];
  return {
    ...what,
    nav,
    at: { run: state.run, step: state.step },
    ...(state.page === undefined ? {} : { page: state.page }),
    expectsReply: true,
  };
}

/** Text normalized; what no text or choice can be read from is answered here for all flows. */
function makeReadable<D, W>(reply: Reply, step: Step<D, W>): Reply | Phrase {
  if (reply.kind === 'unsupported')
    return { key: `common:wrong.unsupported.${UNSUPPORTED.get(fold(reply.what)) ?? 'other'}` };
  if (reply.kind === 'attachment' && !step.attachments) return { key: 'common:wrong.attachmentHere' };
  if (reply.kind !== 'text') return reply;
  const text = normalize(reply.text);
  return text === '' ? { key: 'common:wrong.empty' } : { kind: 'text', text };
}

const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['sticker', 'sticker'],
  ['gif', 'sticker'],
  ['animation', 'sticker'],
  ['voice', 'voice'],
  ['audio', 'voice'],
  ['video', 'video'],
  ['video_note', 'video'],
  ['location', 'location'],
  ['edited', 'edited'],
]);

const isSame = (given: string, run: string): boolean => given === run || given === shortRun(run);

/** The state touched now: on the first page, out of the way of an earlier edit. A reminder once given stays given. */
function fresh(state: FlowState, env: FlowEnv<unknown>): FlowState {
  const { page: _page, editing: _editing, ...kept } = state;
  return { ...kept, touchedAt: env.now };
}

/** The same step with a new draft; a press keeps the page of the list, words typed (a search) begin a new list. */
function stayed(state: FlowState, env: FlowEnv<unknown>, draft: unknown, reply: Reply): FlowState {
  const page = reply.kind === 'choice' ? state.page : undefined;
  return {
    ...fresh(state, env),
    draft,
    ...(page === undefined ? {} : { page }),
    ...(state.editing ? { editing: true } : {}),
  };
}
