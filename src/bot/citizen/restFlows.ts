import type { Capabilities, Ref } from '../../channels/channel.js';
import type { Clock } from '../../clock.js';
import { shortRun } from '../../conversation/buttonData.js';
import { shorten } from '../../conversation/fit.js';
import type { Flow, FlowState } from '../../conversation/flow.js';
import { decideAnswer } from '../flows/decideAnswer.js';
import { decideJoin } from '../flows/decideJoin.js';
import { decideText, TEXT_ACTIONS } from '../flows/decideText.js';
import { paragraphs, timeInWords } from '../phrases.js';
import type { Texts } from '../texts.js';
import type { Chat, Show } from '../turn.js';
import { DESKS } from './desks.js';

export type Rest = Flow<unknown, unknown, unknown>['rest'];
/** A conversation whose time has come: the one reminder, or its end. `key` is its key in `chat.flows`. */
export type RestDue = { chat: Chat; key: string; state: FlowState; what: 'remind' | 'lapse'; lapsesAt: Date };

/** Conversations of the board's and the units' chats: they lapse without a word (their `remindAfterMs` is never). */
const GROUP_FLOWS = [...TEXT_ACTIONS.map((action) => decideText(action)), decideJoin(), decideAnswer()];

/** How long a flow rests, by its name; undefined for one that there is not any more. */
export function restOfFlow(flow: string): Rest | undefined {
  return (DESKS.find(({ name }) => name === flow) ?? GROUP_FLOWS.find(({ name }) => name === flow))?.rest;
}

/**
 * What is due among unfinished conversations (A7: kept, and reminded of once; a week later they lapse). Pure. Only
 * private chats are reminded; a flow that `restOf` does not know is left alone.
 */
export function dueRests(
  chats: readonly Chat[],
  now: Date,
  restOf: (flow: string) => Rest | undefined,
): RestDue[] {
  return chats.flatMap((chat) =>
    Object.entries(chat.flows).flatMap(([key, state]): RestDue[] => {
      const rest = restOf(state.flow);
      if (!rest) return [];
      const rested = now.getTime() - state.touchedAt.getTime();
      const lapsesAt = new Date(state.touchedAt.getTime() + rest.lapseAfterMs);
      if (rested >= rest.lapseAfterMs) return [{ chat, key, state, what: 'lapse', lapsesAt }];
      const remind = rested >= rest.remindAfterMs && !state.remindedAt && chat.kind === 'private';
      return remind ? [{ chat, key, state, what: 'remind', lapsesAt }] : [];
    }),
  );
}

export type RestWatchDeps = {
  /** Chats with a conversation untouched since `before`, the longest first. */
  restingChats(before: Date, limit: number): Promise<Chat[]>;
  /**
   * Marks the conversation as reminded (`remindedAt`) or removes it (`'lapsed'`), only if it still has this run and
   * `touchedAt`; false when somebody went on meanwhile.
   */
  settle(
    chat: Ref,
    key: string,
    expected: Pick<FlowState, 'run' | 'touchedAt'>,
    to: { remindedAt: Date } | 'lapsed',
  ): Promise<boolean>;
  enqueue(shows: readonly Show[]): Promise<void>;
  texts: Texts;
  clock: Pick<Clock, 'now'>;
  capabilitiesOf: (ref: Ref) => Capabilities;
  restOf?: (flow: string) => Rest | undefined;
};

const PAGE = 200;
const MOST = 50_000;
/** Nothing rests less than the shortest life of a flow. */
const SHORTEST_REST_MS = 3_600_000;

/**
 * The watch over unfinished conversations; `tick` is called by the jobs, as often as they like. The reminder is
 * enqueued under an id of the run before it is marked, so that a crash between gives neither none nor two.
 */
export function createRestWatch(deps: RestWatchDeps): {
  tick(): Promise<{ reminded: number; lapsed: number }>;
} {
  const restOf = deps.restOf ?? restOfFlow;
  return {
    async tick() {
      const now = deps.clock.now();
      const done = { reminded: 0, lapsed: 0 };
      for (const due of await findDue(deps, now, restOf)) {
        const { chat, key, state, what } = due;
        if (what === 'remind') await deps.enqueue([reminder(deps, due)]);
        const settled = await deps.settle(
          chat.ref,
          key,
          state,
          what === 'remind' ? { remindedAt: now } : 'lapsed',
        );
        if (settled) done[what === 'remind' ? 'reminded' : 'lapsed']++;
      }
      return done;
    },
  };
}

/** Chats that were reminded stand before those that were not: look further until something is due. */
async function findDue(
  deps: RestWatchDeps,
  now: Date,
  restOf: (flow: string) => Rest | undefined,
): Promise<RestDue[]> {
  const before = new Date(now.getTime() - SHORTEST_REST_MS);
  for (let limit = PAGE; ; limit *= 4) {
    const chats = await deps.restingChats(before, limit);
    const due = dueRests(chats, now, restOf);
    if (due.length > 0 || chats.length < limit || limit >= MOST) return due;
  }
}

function reminder({ texts, capabilitiesOf }: RestWatchDeps, { chat, state, lapsesAt }: RestDue): Show {
  const lang = chat.language ?? 'vi';
  const { maxButtons, maxButtonTitle } = capabilitiesOf(chat.ref);
  const title = (key: string): string => shorten(texts.plain({ key }, lang), maxButtonTitle);
  const run = shortRun(state.run);
  const about = state.flow === 'clarify' ? 'citizen:rest.clarify' : 'citizen:rest.ask';
  const text = paragraphs(
    { key: about, values: { when: timeInWords(lapsesAt) } },
    { key: 'citizen:rest.how' },
  );
  return {
    chat: chat.ref,
    message: {
      text: texts.render(text, lang),
      ...(maxButtons < 2
        ? {}
        : {
            buttons: [
              [
                { title: title('citizen:rest.continue'), data: `rest|go|${run}` },
                { title: title('citizen:rest.drop'), data: `rest|drop|${run}` },
              ],
            ],
          }),
    },
    priority: 'notice',
    id: `rest:${state.run}`,
    notAfter: lapsesAt,
  };
}
