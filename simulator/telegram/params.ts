import { z } from 'zod';
import { badRequest } from './apiError.js';

/** A whole number, also as the text a form carries. */
export const int = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d{1,16}$/)
    .transform(Number),
]);

/** A truth value, also as the text a form carries. */
export const bool = z.union([z.boolean(), z.stringbool()]);

/** A value that may come as JSON text, as in forms. */
export function json<T extends z.ZodType>(schema: T) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: "can't parse JSON object" });
      return z.NEVER;
    }
  }, schema);
}

/** A chat: its number, the same as text, or an @name (which the simulator knows none of). */
export const chatId = z.union([int, z.string().startsWith('@')]);

export const entities = json(
  z.array(
    z.object({
      type: z.string(),
      offset: int,
      length: int,
      url: z.string().optional(),
      language: z.string().optional(),
    }),
  ),
).optional();

/** Parameters by `schema`; anything else is Telegram's 400. */
export function parseParams<T extends z.ZodType>(schema: T, values: unknown): z.output<T> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.join('.') ?? '';
  const given = typeof values === 'object' && values !== null && name in values;
  if (given) throw badRequest(`can't parse ${name}: ${issue?.message ?? 'wrong value'}`);
  throw badRequest(name === 'text' ? 'message text is empty' : `${name} is empty`);
}
