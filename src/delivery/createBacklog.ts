/**
 * Keeps what is in memory in step with what waits in the store. As long as a lane's work fits, it is handed over as
 * it comes; when it does not, the lane is 'behind': then everything of it comes from the store in order, page by
 * page, and nothing overtakes.
 */
import type { Known } from './createKnown.js';

const SWEEP_LIMIT = 1_000;
const PAGE = 250;

export type Backlog<Document> = {
  /** Something new in a lane that is held. */
  take(document: Document & { lane: number }): void;
  /** Looks for what others stored in these lanes. */
  sweep(lanes: readonly number[]): Promise<void>;
  /** Reads on in lanes that are behind, as far as there is room. */
  fill(): Promise<void>;
  forget(lanes: ReadonlySet<number>): void;
  isBehind(): boolean;
};

type Behind = { from: number; again: boolean };

/** `place` is what `page` is in order of; `push` ignores what it knows already. */
export function createBacklog<Document extends { lane: number }>(needs: {
  room(): number;
  mine(lane: number): boolean;
  all(lanes: readonly number[], limit: number): Promise<Document[]>;
  page(lane: number, from: number, limit: number): Promise<Document[]>;
  place(document: Document): number;
  push(document: Document): void;
  known: Known;
}): Backlog<Document> {
  const behind = new Map<number, Behind>();
  let filling: Promise<void> | undefined;

  const take = (document: Document): void => {
    const state = behind.get(document.lane);
    if (state) state.again = true;
    else if (needs.room() > 0) needs.push(document);
    else behind.set(document.lane, { from: 0, again: false });
  };

  const lookThrough = async (lanes: readonly number[]): Promise<void> => {
    const documents = await needs.all(lanes, SWEEP_LIMIT);
    if (documents.length < SWEEP_LIMIT) {
      documents.sort((a, b) => needs.place(a) - needs.place(b));
      for (const document of documents) if (needs.mine(document.lane)) take(document);
    } else for (const lane of lanes) if (!behind.has(lane)) behind.set(lane, { from: 0, again: false });
  };

  const fillLane = async (lane: number, state: Behind): Promise<void> => {
    while (needs.mine(lane) && needs.room() > 0) {
      const { from } = state;
      state.again = false;
      const documents = await needs.known.look(async () => {
        const found = await needs.page(lane, from, PAGE);
        if (needs.mine(lane)) for (const document of found) needs.push(document);
        return found;
      });
      if (!needs.mine(lane)) return;
      const last = documents.at(-1);
      if (documents.length < PAGE || last === undefined) {
        if (state.again) state.from = 0;
        else return void behind.delete(lane);
      } else {
        const place = needs.place(last);
        state.from = place > from ? place : from + 1;
      }
    }
  };

  const fill = (): Promise<void> => {
    if (behind.size === 0) return Promise.resolve();
    filling ??= (async () => {
      for (const [lane, state] of [...behind]) {
        if (needs.room() <= 0) return;
        if (needs.mine(lane)) await fillLane(lane, state);
        else behind.delete(lane);
      }
    })().finally(() => (filling = undefined));
    return filling;
  };

  return {
    take,
    async sweep(lanes) {
      const inStep = lanes.filter((lane) => !behind.has(lane));
      if (inStep.length > 0) await needs.known.look(() => lookThrough(inStep));
      await fill();
    },
    fill,
    forget: (lanes) => {
      for (const lane of lanes) behind.delete(lane);
    },
    isBehind: () => behind.size > 0,
  };
}
