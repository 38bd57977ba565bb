import type { Template } from '../../channels/channel.js';

/**
 * Our names of the texts that are registered with a platform for what is told outside its window (docs/zalo.md), each
 * with the values that it holds. Values are plain words in the recipient's language, never markup.
 */
type Values = {
  /** An airing is near, to a subscriber. */
  reminder: 'when' | 'channel';
  /** A question has come to another stage. */
  stage: 'code' | 'stage';
  /** There is an answer; it is read in the chat. */
  answer: 'code' | 'unit';
  /** The asker's question is on. */
  onair: 'code' | 'when' | 'channel';
  /** Where an episode can be watched again. */
  link: 'code' | 'link';
};
export type TemplateName = keyof Values;

/** What somebody agreed to but is not waiting for: not at night where a platform bars that. */
const PROMOTIONAL: readonly TemplateName[] = ['reminder'];

/** The template `name` with its values. */
export function template<Name extends TemplateName>(
  name: Name,
  values: Record<Values[Name], string>,
): Template {
  return { name, values, ...(PROMOTIONAL.includes(name) ? { promotional: true } : {}) };
}
