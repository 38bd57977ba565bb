import type { Texts } from '../../src/bot/texts.js';

/** Stands for any value of a text. */
export const ANY = '\u0001';

/**
 * The source of a pattern for the beginning of what the bot says in Vietnamese under `key`; values that are ANY may be
 * anything. So the scripted people know the bot by its locale files.
 */
export function patternOf(texts: Texts, key: string, values: Record<string, string> = {}): string {
  const parts = texts.plain({ key, values }, 'vi').split(ANY);
  return `^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('[^]*')}`;
}
