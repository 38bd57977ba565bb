import type { Texts } from '../../../src/bot/texts.js';
import type { Act, Platform } from '../pageTypes.js';
import type { MomentName } from '../passTime.js';
import type { LedgerLine } from '../readOffice.js';
import type { Stage } from '../startStage.js';
import { createReader } from './createReader.js';
import { nextHint, STEPS, type Hint } from './nextHint.js';

export type TourOrder = 'start' | 'end' | 'play' | 'pause';
export type TourState = {
  on: boolean;
  playing: boolean;
  platform: Platform;
  step: number;
  steps: number;
  done: boolean;
  code?: string;
  hint?: Hint;
};

/** Real time between two acts of “do it for me”, so that it can be followed. */
const PACE_MS = 450;
/** How long the same hint may stand before “do it for me” gives up: a fault may be switched on. */
const PATIENCE_MS = 20_000;

type Needs = {
  act: (chat: string, speaker: string, act: Act) => Promise<void>;
  goTo: (moment: MomentName) => Promise<void>;
  tell: (state: TourState) => void;
};

/** The guided tour: knows from the chats and the ledger what comes next, says so, and can do it by itself. */
export function createTour(stage: Stage, texts: Texts, { act, goTo, tell }: Needs) {
  const read = createReader(stage, texts);
  let state: TourState = {
    on: false,
    playing: false,
    platform: 'telegram',
    step: 0,
    steps: STEPS.length,
    done: false,
  };
  let known = new Set<string>();
  let ledger: readonly LedgerLine[] = [];
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  let doing = false;
  let last = { hint: '', at: 0, done: false };

  const look = (lines: readonly LedgerLine[]): void => {
    ledger = lines;
    if (!state.on) return;
    const asker = stage.cast.asker[state.platform] ?? '';
    const code = state.code ?? read.codesIn(asker).find((one) => !known.has(one));
    const found = nextHint({
      cast: stage.cast,
      asker,
      read,
      question: ledger.find((line) => line.code === code),
      now: stage.clock.now(),
    });
    const { code: _code, hint: _hint, ...rest } = state;
    state = {
      ...rest,
      step: found.step === 'done' ? STEPS.length : STEPS.indexOf(found.step),
      done: found.step === 'done',
      ...(code === undefined ? {} : { code }),
      ...(found.hint ? { hint: found.hint } : {}),
    };
    if (state.done) state.playing = false;
    tellIfNew();
    if (state.playing) playOn();
  };

  const tellIfNew = (): void => {
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    tell(state);
  };

  /** Does what the hint says, a while after it appeared, once. */
  const playOn = (): void => {
    const hint = JSON.stringify(state.hint ?? null);
    if (hint !== last.hint) last = { hint, at: Date.now(), done: false };
    if (Date.now() - last.at > PATIENCE_MS) {
      state = { ...state, playing: false };
      return tellIfNew();
    }
    if (timer !== undefined || doing || !state.hint || last.done) return;
    timer = setTimeout(() => {
      timer = undefined;
      const { hint: now } = state;
      if (!state.playing || !now) return;
      last.done = true;
      doing = true;
      perform(now)
        .catch((error: unknown) => console.error(error))
        .finally(() => {
          doing = false;
          look(ledger);
        });
    }, PACE_MS);
  };

  const perform = (hint: Hint): Promise<void> => {
    if (hint.kind === 'time') return goTo(hint.moment);
    const { chat, speaker } = hint;
    if (hint.kind === 'press')
      return act(chat, speaker, { do: 'press', message: hint.message, button: hint.button });
    return act(chat, speaker, { do: 'say', text: hint.text, replyTo: hint.replyTo });
  };

  return {
    state: (): TourState => state,
    look,
    order(order: TourOrder, platform?: Platform): void {
      clearTimeout(timer);
      timer = undefined;
      if (order === 'start') {
        known = new Set(ledger.map(({ code }) => code));
        state = {
          on: true,
          playing: false,
          platform: platform ?? 'telegram',
          step: 0,
          steps: STEPS.length,
          done: false,
        };
      } else if (order === 'end')
        state = {
          on: false,
          playing: false,
          platform: state.platform,
          step: 0,
          steps: STEPS.length,
          done: false,
        };
      else state = { ...state, playing: order === 'play' && state.on && !state.done };
      last = { hint: '', at: 0, done: false };
      tellIfNew();
      look(ledger);
    },
  };
}
