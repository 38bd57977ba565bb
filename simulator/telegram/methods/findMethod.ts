import type { Method } from '../context.js';
import { chatMethods } from './chatMethods.js';
import { editMethods } from './editMethods.js';
import { mediaMethods } from './mediaMethods.js';
import { messageMethods } from './messageMethods.js';
import { profileMethods } from './profileMethods.js';
import { updateMethods } from './updateMethods.js';

/** A method by its name in any case; undefined when it is not simulated. */
export function findMethod(name: string): { name: string; run: Method } | undefined {
  return METHODS.get(name.toLowerCase());
}

/** Every simulated method with its proper name; the API itself does not mind the case. */
const METHODS: ReadonlyMap<string, { name: string; run: Method }> = new Map(
  Object.entries({
    ...messageMethods,
    ...mediaMethods,
    ...editMethods,
    ...chatMethods,
    ...profileMethods,
    ...updateMethods,
  }).map(([name, run]) => [name.toLowerCase(), { name, run }]),
);
