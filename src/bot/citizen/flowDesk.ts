/**
 * The conversations of a private chat: the question being asked, and beside it one short one (a confirmation, a
 * subscription, more information for the board), so that none is lost for another. The one touched last is current.
 */
import { advance, ask, begin } from '../../conversation/advance.js';
import { shortRun } from '../../conversation/buttonData.js';
import type { Flow, FlowEnv, FlowState, Reply, Saying } from '../../conversation/flow.js';
import type { Chat } from '../turn.js';
import type { Line, Outcome, Talk } from './talk.js';

/** A flow with the world it looks at and what its intent does. */
export type Desk<D, W, I> = {
  flow: Flow<D, W, I>;
  side: boolean;
  world(talk: Talk): Promise<W>;
  /** Carries the intent out. `talk.chat` is already without this flow; `before` is the state to fall back on. */
  carryOut(talk: Talk, intent: I, before: FlowState): Promise<Outcome>;
};

/** A desk whose draft and world are its own affair. */
export type AnyDesk = {
  name: string;
  side: boolean;
  rest: Flow<unknown, unknown, unknown>['rest'];
  ask(talk: Talk, state: FlowState): Promise<Saying>;
  /** Takes the reply; everything that follows from it is in the outcome. */
  reply(talk: Talk, key: string, state: FlowState, reply: Reply): Promise<Outcome>;
};

const SIDE = 'side';
const keyOf = (chat: Chat, side: boolean): string => (side ? SIDE : chat.ref);

/** Puts a desk among the others. */
export function asDesk<D, W, I>(desk: Desk<D, W, I>): AnyDesk {
  const { flow, side } = desk;
  const envOf = async (talk: Talk): Promise<FlowEnv<W>> => ({ now: talk.now, world: await desk.world(talk) });
  return {
    name: flow.name,
    side,
    rest: flow.rest,
    ask: async (talk, state) => ask(flow, state, await envOf(talk)),
    async reply(talk, key, state, reply) {
      const step = advance(flow, state, reply, await envOf(talk));
      if (step.state) {
        const kept = withSlot(talk, state, step.state, step.note !== undefined);
        const slot = kept.slot;
        return {
          chat: withFlow(talk.chat, key, kept),
          say: step.say.map((saying) => ({ saying, ...(slot === undefined ? {} : { slot }) })),
        };
      }
      const chat = withFlow(talk.chat, key, null);
      const said = step.say.map((saying): Line => ({ saying }));
      if (step.intent === undefined) return { chat, say: said };
      const done = await desk.carryOut({ ...talk, chat }, step.intent, state);
      return { chat: done.chat, say: [...said, ...done.say] };
    },
  };
}

/** Begins a flow, with what is known already. */
export async function beginAt<D, W, I>(talk: Talk, desk: Desk<D, W, I>, draft?: D): Promise<Outcome> {
  const started = begin(desk.flow, talk.incoming.id, { now: talk.now, world: await desk.world(talk) }, draft);
  const slot = talk.incoming.id;
  const state = started.state && { ...started.state, slot };
  return {
    chat: withFlow(talk.chat, keyOf(talk.chat, desk.side), state),
    say: started.say.map((saying) => ({ saying, slot })),
  };
}

export type Current = { key: string; state: FlowState; desk: AnyDesk };

/** The chat without what has lapsed or belongs to no flow any more. */
export function withoutLapsed(chat: Chat, desks: readonly AnyDesk[], now: Date): Chat {
  const flows = Object.entries(chat.flows).filter(([, state]) => {
    const rest = desks.find(({ name }) => name === state.flow)?.rest;
    return rest !== undefined && now.getTime() - state.touchedAt.getTime() < rest.lapseAfterMs;
  });
  return { ...chat, flows: Object.fromEntries(flows) };
}

/** The conversation that the next words belong to. */
export function currentOf(chat: Chat, desks: readonly AnyDesk[]): Current | undefined {
  const found = Object.entries(chat.flows).flatMap(([key, state]) => {
    const desk = desks.find(({ name }) => name === state.flow);
    return desk ? [{ key, state, desk }] : [];
  });
  // Of two touched at the same moment the one set last, which stands last (see withFlow).
  return found.sort((a, b) => a.state.touchedAt.getTime() - b.state.touchedAt.getTime()).at(-1);
}

/** The conversation that a press belongs to by its run, current or not. */
export function byRun(chat: Chat, desks: readonly AnyDesk[], run: string): Current | undefined {
  const entry = Object.entries(chat.flows).find(
    ([, state]) => state.run === run || shortRun(state.run) === run,
  );
  const desk = desks.find(({ name }) => name === entry?.[1].flow);
  return entry && desk && { key: entry[0], state: entry[1], desk };
}

/** The chat with this conversation set, or ended by `null`. */
export function withFlow(chat: Chat, key: string, state: FlowState | null): Chat {
  const { [key]: _before, ...others } = chat.flows;
  return { ...chat, flows: state ? { ...others, [key]: state } : others };
}

/**
 * A press that leaves the step open (a page turned, a topic ticked) edits the question in place, and so do the
 * photos of one album; anything else is said anew, below what the person wrote.
 */
function withSlot(talk: Talk, before: FlowState, after: FlowState, noted: boolean): FlowState {
  const { event, id } = talk.incoming;
  const stays = before.run === after.run && before.step === after.step && !noted;
  if (stays && event.kind === 'press' && before.slot !== undefined) return { ...after, slot: before.slot };
  if (event.kind === 'attachment' && event.album !== undefined)
    return { ...after, slot: `album:${event.album}` };
  return { ...after, slot: id };
}
