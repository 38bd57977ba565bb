import { readButtonData } from '../../src/conversation/buttonData.js';
import type { ShownMessage } from '../../simulator/telegram/showMessage.js';

const CODE = /KG-\d{4}-\d{6,9}/;

/** What a message of the bot is, told by its buttons and not by its words. */
export type Read = {
  /** The step of a flow that it asks, with the values of its buttons. */
  step?: { run: string; name: string; values: string[] };
  /** The first code in its text. */
  code?: string;
  /** It is the card of this question: a card begins with its code. */
  cardOf?: string;
};

/** Reads a message as the scripted people of the chaos do. */
export function readMessage({ text, buttons }: Pick<ShownMessage, 'text' | 'buttons'>): Read {
  const data = buttons.flat().flatMap((button) => button.callback_data ?? []);
  const steps = data.flatMap((one) => readButtonData(one) ?? []);
  const [first] = steps;
  const code = CODE.exec(text)?.[0];
  return {
    ...(first ? { step: { run: first.run, name: first.step, values: steps.map(({ value }) => value) } } : {}),
    ...(code === undefined ? {} : { code }),
    ...(code !== undefined && text.startsWith(`${code} · `) ? { cardOf: code } : {}),
  };
}
