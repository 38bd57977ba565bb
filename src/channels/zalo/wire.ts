/** What comes from the platform, checked at the edge. Ids stay strings. */
import { z } from 'zod';

/** An id or a time: a string by the reference; a short number is taken too (long ones are strings by then). */
const text = z.union([z.string(), z.number().transform(String)]);
const party = z.object({ id: text }).optional().catch(undefined);
const optionalText = text.optional().catch(undefined);

const attachment = z.object({
  type: optionalText,
  payload: z
    .object({
      url: optionalText,
      thumbnail: optionalText,
      name: optionalText,
      size: optionalText,
      type: optionalText,
      description: optionalText,
    })
    .catch({}),
});

/** A webhook event, as far as it is read. */
export const eventSchema = z.object({
  app_id: optionalText,
  oa_id: optionalText,
  event_name: z.string().max(100),
  timestamp: text,
  sender: party,
  recipient: party,
  follower: party,
  user_id: optionalText,
  message: z
    .object({
      msg_id: optionalText,
      text: optionalText,
      quote_msg_id: optionalText,
      attachments: z.array(attachment).catch([]).default([]),
    })
    .optional()
    .catch(undefined),
  info: z.object({ name: optionalText, phone: optionalText }).optional().catch(undefined),
});
export type ZaloEvent = z.output<typeof eventSchema>;

/** What of an event goes into its signature; empty for what is no event. */
export const signedSchema = z
  .object({ timestamp: optionalText, oa_id: optionalText, recipient: party })
  .partial()
  .catch({});

/** The envelope of every answer. */
export const answerSchema = z.object({
  error: z.coerce.number().default(0),
  data: z.unknown().optional(),
});

export const sentSchema = z.object({ message_id: optionalText }).catch({ message_id: undefined });
export const quotaSchema = z.object({ last_interaction: text });
export const profileSchema = z.object({ display_name: z.string() });
export const imageSchema = z.object({ attachment_id: text });
export const fileSchema = z.object({ token: text });

/** The answer to a refresh; `expires_in` is seconds in a string. */
export const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
});
