import { DateTime } from 'luxon';
import { z } from 'zod';
import { ApiError } from './apiError.js';
import type { Context } from './context.js';
import { parse, personOf } from './sendConsultation.js';

const templateSchema = z.object({
  user_id: z.string(),
  template_id: z.string(),
  template_data: z.record(z.string(), z.string()),
});
const zbsSchema = templateSchema
  .omit({ user_id: true })
  .extend({ phone: z.string(), tracking_id: z.string().min(1).max(48) });

/** `/v3.0/oa/message/template`: a registered template to a user, whatever their window. */
export function sendTemplate(context: Context, body: unknown): Record<string, unknown> {
  const { user_id: userId, template_id: id, template_data: data } = parse(templateSchema, body);
  const person = personOf(context, userId);
  checkTemplate(context, id, data);
  const messageId = context.world.nextId();
  context.world.show(person, {
    id: messageId,
    fromOa: true,
    template: { id, data },
    text: Object.values(data).join(' '),
  });
  return {
    message_id: messageId,
    user_id: userId,
    sent_time: String(context.clock.now().getTime()),
    quota: { quota_type: 'purchase_quota' },
  };
}

/** `business.openapi…/message/template`: the same to a telephone number. */
export function sendByPhone(context: Context, body: unknown): Record<string, unknown> {
  const { phone, template_id: id, template_data: data } = parse(zbsSchema, body);
  if (!/^84\d{9,10}$/.test(phone)) throw new ApiError(-108, 'Phone number is invalid');
  checkTemplate(context, id, data);
  return { msg_id: context.world.nextId(), sent_time: String(context.clock.now().getTime()) };
}

function checkTemplate(
  { templates, clock, record }: Context,
  id: string,
  data: Record<string, string>,
): void {
  const template = templates.get(id);
  if (template === undefined) throw new ApiError(-109, 'Template ID invalid');
  const missing = template.params.some((name) => data[name] === undefined);
  if (missing) throw new ApiError(-1122, 'Missing template parameter');
  const { hour } = DateTime.fromJSDate(clock.now(), { zone: 'Asia/Ho_Chi_Minh' });
  if (template.promotional && (hour >= 22 || hour < 6))
    throw new ApiError(-234, 'This message cannot be sent at night (10:00PM - 6:00AM)');
  record.counts.templatesSent++;
}

/** `/v3.0/oa/quota/message`: when the person did something last, before a message is spent on finding out. */
export function readQuota(context: Context, body: unknown): Record<string, unknown> {
  const { user_id: userId } = parse(z.object({ user_id: z.string() }), body);
  const person = personOf(context, userId);
  return {
    last_interaction: String(person.lastInteraction ?? 0),
    cs_reply: { remain: 8, total: 8 },
    promotion: { daily_remain: 1, daily_total: 1, monthly_remain: 4, monthly_total: 6 },
  };
}

/** `/v3.0/oa/user/detail`. */
export function readDetail({ world, clock }: Context, query: unknown): Record<string, unknown> {
  const { user_id: userId } = parse(z.object({ user_id: z.string() }), query);
  const person = world.people.get(userId);
  if (person === undefined) throw new ApiError(-201, 'user_id is invalid!');
  const last = DateTime.fromMillis(person.lastInteraction ?? clock.now().getTime(), {
    zone: 'Asia/Ho_Chi_Minh',
  });
  return {
    user_id: userId,
    display_name: person.name,
    user_is_follower: person.relation === 'following',
    user_last_interaction_date: last.toFormat('dd/MM/yyyy'),
  };
}

/** `/v3.0/oa/user/getlist`: at most 50 at a time, and none behind 9,951. */
export function readList({ world }: Context, query: unknown): Record<string, unknown> {
  const schema = z.object({
    offset: z.number().int().min(0).max(9_951),
    count: z.number().int().min(1).max(50),
    is_follower: z.boolean().optional(),
  });
  const { offset, count, is_follower: following } = parse(schema, query);
  const people = [...world.people.values()].filter(
    ({ relation }) => following === undefined || (relation === 'following') === following,
  );
  return {
    total: people.length,
    count,
    offset,
    users: people.slice(offset, offset + count).map(({ id }) => ({ user_id: id })),
  };
}

const UPLOADS_A_MONTH = 5_000;

/** `/v2.0/oa/upload/image` (jpg, png, 1 MB) and `/file` (PDF, DOC, DOCX, CSV, 5 MB); kept for seven days. */
export function createUploadEndpoint(kind: 'image' | 'file') {
  const ends = kind === 'image' ? /\.(?:jpe?g|png)$/i : /\.(?:pdf|docx?|csv)$/i;
  const maxBytes = (kind === 'image' ? 1 : 5) * 1_048_576;
  return async (context: Context, form: FormData): Promise<Record<string, unknown>> => {
    const file = form.get('file');
    if (file === null || typeof file === 'string') throw new ApiError(-201, 'file is invalid!');
    if (!ends.test(file.name)) throw new ApiError(-201, 'file is invalid!');
    if (file.size > maxBytes) throw new ApiError(-210, 'Parameter exceeds allowable limit');
    const { uploadImage = 0, uploadFile = 0 } = context.record.counts.byEndpoint;
    if (uploadImage + uploadFile > UPLOADS_A_MONTH) throw new ApiError(-211, 'Out of quota');
    const id = context.world.addUpload(kind, file.name, Buffer.from(await file.arrayBuffer()));
    return kind === 'image' ? { attachment_id: id } : { token: id };
  };
}
