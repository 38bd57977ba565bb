import { z } from 'zod';
import type { ShownMessage } from './showMessage.js';

/** What a person does: write (`{n}` becomes the flow's number), press a button by a pattern, or open the chat. */
const act = z.union([
  z.object({ say: z.string() }),
  z.object({ press: z.string() }),
  z.object({ start: z.literal(true) }),
]);
export type Act = z.output<typeof act>;

/**
 * Steps: each waits for the bot's next message (a press: for one with that button) and then acts.
 * Rules: at each message of the bot the first rule whose `when` fits its text or a button's is followed.
 */
export const scriptSchema = z.union([
  z.array(act).min(1),
  z.object({ start: act, rules: z.array(z.object({ when: z.string(), then: act })).min(1) }),
]);

/** What one flow does first, and what it does at a message of the bot: act, end, or wait for another. */
export type Follower = { first: Act; hear: (message: ShownMessage) => Act | 'done' | undefined };

/** From a script to what a single flow follows; patterns are made once. */
export function createPlan(script: z.output<typeof scriptSchema>, done: string | undefined): () => Follower {
  const end = done === undefined ? undefined : new RegExp(done, 'u');
  const fits = (pattern: RegExp, { text, buttons }: ShownMessage): boolean =>
    pattern.test(text) || buttons.flat().some((button) => pattern.test(button.text));
  if (!Array.isArray(script)) {
    const rules = script.rules.map(({ when, then }) => ({ when: new RegExp(when, 'u'), then }));
    return () => ({
      first: script.start,
      hear: (message) =>
        end && fits(end, message) ? 'done' : rules.find(({ when }) => fits(when, message))?.then,
    });
  }
  const [first, ...others] = script;
  if (!first) throw new Error('a script has at least one step');
  return () => {
    let index = 0;
    return {
      first,
      hear(message) {
        const step = others[index];
        if (!step) return !end || fits(end, message) ? 'done' : undefined;
        if ('press' in step) {
          const pattern = new RegExp(step.press, 'u');
          if (!message.buttons.flat().some((button) => pattern.test(button.text))) return undefined;
        }
        index++;
        return step;
      },
    };
  };
}
