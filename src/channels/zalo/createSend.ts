import { DateTime } from 'luxon';
import { splitRef, type Message, type Outgoing, type Sent } from '../channel.js';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { Attachment } from '../../domain/question.js';
import type { Alert } from './createAlerts.js';
import type { Answer, Api } from './createApi.js';
import type { Attached, File, Uploads } from './createUploads.js';
import type { Window } from './createWindow.js';
import { encode, pictureAttachment } from './encode.js';
import { actionOf, sentOf, type ErrorAction } from './errors.js';
import { CHANNEL, NIGHT, PATHS, type ButtonStyle } from './facts.js';
import { sentSchema } from './wire.js';

type Needs = {
  api: Api;
  window: Window;
  uploads: Uploads;
  clock: Clock;
  log: Pick<Log, 'warn'>;
  alert: Alert;
  style: ButtonStyle;
  /** Also where it is billed, from 48 hours to 7 days after the last interaction. */
  paidWindow: boolean;
  /** Ids of registered templates by our names. */
  templates: Readonly<Record<string, string>>;
  fetchFile(attachment: Attachment, maxBytes: number): Promise<Uint8Array>;
};

const LARGEST_BYTES = 20 * 1_048_576;

/** Delivers one message: the plain message inside the window, else the template if there is one. Never rejects. */
export function createSend(needs: Needs): (outgoing: Outgoing) => Promise<Sent> {
  const sendMessage = async (userId: string, message: Message): Promise<Sent> => {
    const state = await needs.window.check(userId);
    if (state.kind === 'unknown' && mustWait(state.answer)) return sentFrom(state.answer, needs);
    const open =
      state.kind === 'free' || state.kind === 'unknown' || (state.kind === 'paid' && needs.paidWindow);
    const sent = open ? await sendPlain(userId, message, needs) : WINDOW_SHUT;
    if (sent.kind !== 'later' || sent.until !== 'contact') return sent;
    if (open) needs.window.refused(userId);
    return sendTemplate(userId, message, sent, needs);
  };

  return async (outgoing) => {
    const { id } = splitRef(outgoing.chat);
    switch (outgoing.kind) {
      case 'toast':
        return { kind: 'sent' }; // the platform has none, and a press needs no answer
      case 'edit':
        return { kind: 'gone', why: 'no-edits' };
      case 'send':
        return sendMessage(id, outgoing.message);
    }
  };
}

const WINDOW_SHUT: Sent = { kind: 'later', why: 'window', until: 'contact' };

/** The window is not known: a passing fault waits; what the account's package does not tell is found out by sending. */
function mustWait(answer: Exclude<Answer, { kind: 'ok' }>): boolean {
  return answer.kind === 'away' || actionOf(answer.code) === 'unreachable';
}

async function sendPlain(userId: string, message: Message, needs: Needs, again = false): Promise<Sent> {
  const prepared = await attach(message, needs);
  if ('sent' in prepared) return prepared.sent;
  const [first, ...rest] = encode(message, needs.style, prepared.attached);
  if (first === undefined) return { kind: 'refused', why: 'empty' };
  const post = (body: object): Promise<Answer> =>
    needs.api.post(PATHS.consultation, { recipient: { user_id: userId }, message: body });
  const answer = await post(first);
  if (
    answer.kind === 'error' &&
    actionOf(answer.code) === 'expired' &&
    prepared.key !== undefined &&
    !again
  ) {
    needs.uploads.forget(prepared.key);
    return sendPlain(userId, message, needs, true);
  }
  if (answer.kind !== 'ok') return sentFrom(answer, needs);
  for (const body of rest) {
    const more = await post(body);
    if (more.kind === 'ok') continue;
    // The text beside a file is the message; the rest (more buttons, the contact card) can be done without.
    if (prepared.attached && body === rest[0] && 'text' in body) return sentFrom(more, needs);
    needs.log.warn({ why: more.kind === 'error' ? `zalo${more.code}` : more.why }, 'zalo-part-not-sent');
  }
  const { message_id: messageId } = sentSchema.parse(answer.data);
  return { kind: 'sent', ...(messageId === undefined ? {} : { messageId }) };
}

/** The attachment as the platform wants it: a picture of its own by its address, everything else uploaded. */
async function attach(
  message: Message,
  needs: Needs,
): Promise<{ attached?: Attached; key?: string } | { sent: Sent }> {
  const { attachment } = message;
  if (attachment === undefined) return {};
  if (attachment.kind === 'file') return upload(attachment, needs);
  if (attachment.channel !== CHANNEL) return { sent: { kind: 'refused', why: 'foreign-file' } };
  if (attachment.kind === 'photo')
    return { attached: { attachment: pictureAttachment({ url: attachment.fileRef }), takesText: true } };
  let bytes: Uint8Array;
  try {
    bytes = await needs.fetchFile(attachment, LARGEST_BYTES);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'network';
    return { sent: code.startsWith('file-') ? { kind: 'refused', why: code } : { kind: 'later', why: code } };
  }
  return upload({ name: attachment.name ?? 'file', mime: attachment.mime ?? '', bytes }, needs);
}

async function upload(
  file: File,
  needs: Needs,
): Promise<{ attached: Attached; key: string } | { sent: Sent }> {
  const uploaded = await needs.uploads.upload(file);
  switch (uploaded.kind) {
    case 'attached':
      return { attached: uploaded.attached, key: uploaded.key };
    case 'refused':
      return { sent: { kind: 'refused', why: uploaded.why } };
    case 'failed':
      return { sent: await sentFrom(uploaded.answer, needs) };
  }
}

/** Outside the window: the message's template, if the account has one of that name; else `shut` stands. */
async function sendTemplate(userId: string, { template }: Message, shut: Sent, needs: Needs): Promise<Sent> {
  const templateId = template && needs.templates[template.name];
  if (template === undefined || templateId === undefined) return shut;
  const nightMs = template.promotional ? msUntilMorning(needs.clock) : 0;
  if (nightMs > 0) return { kind: 'later', why: 'night', afterMs: nightMs };
  const values = Object.fromEntries(
    Object.entries(template.values).map(([name, value]) => [name, value.normalize('NFC')]),
  );
  const answer = await needs.api.post(PATHS.template, {
    user_id: userId,
    template_id: templateId,
    template_data: values,
  });
  if (answer.kind !== 'ok') return sentFrom(answer, needs);
  const { message_id: messageId } = sentSchema.parse(answer.data);
  return { kind: 'sent', ...(messageId === undefined ? {} : { messageId }) };
}

/** What somebody should look at; the others are everyday. */
const TOLD: ReadonlySet<ErrorAction> = new Set(['quota', 'stop', 'template', 'bug', 'unknown']);

async function sentFrom(answer: Exclude<Answer, { kind: 'ok' }>, { alert, clock }: Needs): Promise<Sent> {
  if (answer.kind === 'away') {
    const { why, afterMs, repair } = answer;
    return {
      kind: 'later',
      why,
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(repair ? { until: 'repair' } : {}),
    };
  }
  const sent = sentOf(answer.code);
  const action = actionOf(answer.code);
  if (TOLD.has(action)) await alert(`zalo-${action}`, { code: answer.code });
  return action === 'night' && sent.kind === 'later'
    ? { ...sent, afterMs: Math.max(msUntilMorning(clock), 600_000) }
    : sent;
}

/** 0 by day. */
function msUntilMorning(clock: Clock): number {
  const now = DateTime.fromJSDate(clock.now(), { zone: NIGHT.zone });
  if (now.hour >= NIGHT.to && now.hour < NIGHT.from) return 0;
  const morning = now.startOf('day').set({ hour: NIGHT.to });
  return (morning > now ? morning : morning.plus({ days: 1 })).toMillis() - now.toMillis();
}
