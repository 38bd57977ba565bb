import { z } from 'zod';
import { ApiError } from './apiError.js';
import type { Context } from './context.js';
import type { Person } from './createWorld.js';
import type { ShownMessage } from './wire.js';

const HOUR_MS = 3_600_000;
const FREE_MS = 48 * HOUR_MS;
const PAID_MS = 7 * 24 * HOUR_MS;
const IMAGE_AS_TEXT = 'media';

const button = z.object({
  title: z.string().min(1),
  type: z.enum(['oa.query.show', 'oa.query.hide']),
  payload: z.string().min(1),
});
const requestSchema = z.object({
  recipient: z.object({ user_id: z.string() }),
  message: z.object({
    text: z.string().min(1).optional(),
    attachment: z
      .object({
        type: z.enum(['template', 'file']),
        payload: z.object({
          template_type: z.string().optional(),
          text: z.string().optional(),
          buttons: z.array(button).optional(),
          elements: z.array(z.record(z.string(), z.unknown())).optional(),
          token: z.string().optional(),
        }),
      })
      .optional(),
  }),
});
type Attachment = NonNullable<z.output<typeof requestSchema>['message']['attachment']>;

/** `/v3.0/oa/message/cs`: a consultation message, inside its window. */
export function sendConsultation(context: Context, body: unknown): Record<string, unknown> {
  const { recipient, message } = parse(requestSchema, body);
  const person = personOf(context, recipient.user_id);
  const billed = checkWindow(context, person);
  const content = message.attachment ? readAttachment(context, message.attachment) : {};
  const text = content.text ?? message.text ?? '';
  if (text === '' && message.attachment === undefined) throw new ApiError(-201, 'message is invalid!');
  if (text.length > 2_000) throw new ApiError(-210, 'Parameter exceeds allowable limit');
  const id = context.world.nextId();
  context.world.show(person, { id, fromOa: true, ...content, text, ...(billed ? { billed } : {}) });
  context.record.counts.messagesSent++;
  if (billed) context.record.counts.billed++;
  return {
    message_id: id,
    user_id: person.id,
    sent_time: String(context.clock.now().getTime()),
    quota: { quota_type: billed ? 'sub_quota' : 'reply' },
  };
}

export function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw new ApiError(-201, `${parsed.error.issues[0]?.path.join('.') ?? 'body'} is invalid!`);
  return parsed.data;
}

/** Somebody who can be written to. */
export function personOf({ world }: Context, userId: string): Person {
  const person = world.people.get(userId);
  if (person === undefined) throw new ApiError(-201, 'user_id is invalid!');
  if (person.relation === 'left') throw new ApiError(-213, 'User has not followed OA');
  return person;
}

/** Whether the message is billed; throws when it is too late for one. */
function checkWindow({ clock, rules }: Context, person: Person): boolean {
  const age = clock.now().getTime() - (person.lastInteraction ?? -Infinity);
  if (age > PAID_MS) throw new ApiError(-230, 'User has not interacted with the OA in the past 7 days');
  if (age <= FREE_MS) return false;
  if (rules.paidWindow === 'refused')
    throw new ApiError(-232, 'User has not interacted, or last interaction expired');
  return true;
}

function readAttachment(context: Context, { type, payload }: Attachment): Partial<ShownMessage> {
  if (type === 'file') {
    const upload = uploadOf(context, payload.token, 'file');
    return { file: { name: upload.name, size: upload.bytes.length } };
  }
  if (payload.template_type === IMAGE_AS_TEXT) return readImage(context, payload.elements?.[0]);
  if (payload.template_type === 'request_user_info') return readCard(payload.elements);
  return readButtons(context, payload);
}

function readImage(context: Context, element: Record<string, unknown> | undefined): Partial<ShownMessage> {
  if (element?.['media_type'] !== 'image') throw new ApiError(-201, 'media_type is invalid!');
  const { url, attachment_id: id } = element;
  if ((url === undefined) === (id === undefined)) throw new ApiError(-201, 'url is invalid!');
  if (id !== undefined) uploadOf(context, id, 'image');
  return { image: String(url ?? id) };
}

function readCard(elements: Record<string, unknown>[] | undefined): Partial<ShownMessage> {
  const schema = z.tuple([
    z.object({ title: z.string().min(1).max(100), subtitle: z.string().max(500).optional() }),
  ]);
  const [{ title, subtitle }] = parse(schema, elements);
  return { contactCard: { title, ...(subtitle === undefined ? {} : { subtitle }) } };
}

function readButtons(
  { rules }: Context,
  { template_type: kind, text, buttons = [] }: Attachment['payload'],
): Partial<ShownMessage> {
  const shape = kind === undefined ? 'plain' : 'button';
  if (buttons.length === 0 || (kind !== undefined && kind !== 'button'))
    throw new ApiError(-201, 'template_type is invalid!');
  if (rules.buttons !== 'either' && rules.buttons !== shape)
    throw new ApiError(-201, 'template_type is invalid!');
  const tooMuch =
    buttons.length > 5 || buttons.some(({ title, payload }) => title.length > 100 || payload.length > 1_000);
  if (tooMuch) throw new ApiError(-210, 'Parameter exceeds allowable limit');
  return { buttons, ...(shape === 'button' && text !== undefined ? { text } : {}) };
}

function uploadOf({ world }: Context, id: unknown, kind: 'image' | 'file') {
  const upload = world.upload(id, kind);
  if (upload === undefined) throw new ApiError(-201, 'attachment is invalid!');
  if (upload === 'expired') throw new ApiError(-100, 'attachment_id was expired');
  return upload;
}
