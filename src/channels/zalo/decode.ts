import type { Decoded, Incoming, IncomingEvent } from '../channel.js';
import type { Attachment } from '../../domain/question.js';
import { CHANNEL, PAYLOAD_PREFIX } from './facts.js';
import type { ZaloEvent } from './wire.js';

const COMMAND = /^\/([a-z][a-z0-9_]{0,31})(?:\s+([\s\S]*))?$/i;
const MENTION = /\[@[^\]\n]{0,200}\]/g;
const MAX_DATA_BYTES = 64;
/** No account is older; an event from before has a broken clock. */
const EARLIEST_MS = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;

/** Kinds of messages that mean nothing to the programme, as the port names them. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  user_send_sticker: 'sticker',
  user_send_gif: 'animation',
  user_send_audio: 'voice',
  user_send_video: 'video',
  user_send_location: 'location',
  user_send_business_card: 'contact',
};

/** Events in which the person did something that opens the window for free messages. */
const INTERACTION = /^(?:follow|user_submit_info|user_click_\w+|user_send_(?!group_)\w+)$/;

/**
 * Reads an authenticated event. Several attachments become several updates; `follow` becomes 'reachable' and the
 * command `start`. `nameOf` gives the display name as far as it is known.
 */
export function decode(
  event: ZaloEvent,
  env: { appId: string; now: Date; nameOf: (userId: string) => string },
): Decoded[] {
  const { event_name: name } = event;
  const user = userOf(event);
  const id = `${CHANNEL}:${event.message?.msg_id ?? `${name}:${event.timestamp}:${user ?? ''}`}`;
  const ignored = (why: string): Decoded[] => [{ kind: 'ignored', id, why }];
  if (event.app_id !== undefined && event.app_id !== env.appId) return ignored('other-app');
  if (/^(?:oa_send_|user_received_message$|user_seen_message$)/.test(name)) return ignored('echo');
  if (name.includes('_group_')) return ignored('group');
  if (name.includes('anonymous')) return ignored('anonymous');
  const events = eventsOf(event, id.slice(CHANNEL.length + 1));
  if (events === undefined) return ignored('unknown-event');
  if (user === undefined) return ignored('no-sender');
  const at = timeOf(event, env.now);
  const ref = `${CHANNEL}:${user}`;
  return events.map((one, index): Decoded => {
    const incoming: Incoming = {
      id: index === 0 ? id : `${id}#${index + 1}`,
      channel: CHANNEL,
      chat: ref,
      chatKind: 'private',
      order: at.getTime() * 10 + Math.min(index, 9),
      at,
      from: { ref, name: env.nameOf(user) },
      event: one,
    };
    return { kind: 'incoming', incoming };
  });
}

/** The person an event is about, and when they did something, if it opens the window. */
export function interactionOf(event: ZaloEvent, now: Date): { user: string; at: Date } | undefined {
  const user = userOf(event);
  return user !== undefined && INTERACTION.test(event.event_name)
    ? { user, at: timeOf(event, now) }
    : undefined;
}

function userOf(event: ZaloEvent): string | undefined {
  return event.follower?.id ?? event.sender?.id ?? event.user_id;
}

function timeOf(event: ZaloEvent, now: Date): Date {
  const ms = Number(event.timestamp);
  return ms >= EARLIEST_MS && ms <= now.getTime() + DAY_MS ? new Date(ms) : now;
}

function eventsOf(event: ZaloEvent, key: string): IncomingEvent[] | undefined {
  switch (event.event_name) {
    case 'user_send_text':
    case 'user_send_link':
      return [textEvent(event, key)];
    case 'user_send_image':
    case 'user_send_file':
      return attachmentEvents(event, key);
    case 'follow':
      return [
        { kind: 'reachable', reachable: true },
        { kind: 'command', messageId: key, name: 'start', args: '' },
      ];
    case 'unfollow':
      return [{ kind: 'reachable', reachable: false }];
    case 'user_submit_info':
      return [contactEvent(event, key)];
    default: {
      const what = UNSUPPORTED[event.event_name];
      return what === undefined ? undefined : [{ kind: 'unsupported', messageId: key, what }];
    }
  }
}

function textEvent({ message }: ZaloEvent, key: string): IncomingEvent {
  const link = message?.attachments.find(({ payload }) => payload.url !== undefined)?.payload.url;
  const text = (message?.text ?? link ?? '').replace(MENTION, '').trim();
  if (text === '') return { kind: 'unsupported', messageId: key, what: 'empty' };
  const data = text.startsWith(PAYLOAD_PREFIX) ? text.slice(PAYLOAD_PREFIX.length) : '';
  if (data !== '' && Buffer.byteLength(data) <= MAX_DATA_BYTES) return { kind: 'press', pressId: key, data };
  const common = {
    messageId: key,
    ...(message?.quote_msg_id === undefined ? {} : { replyTo: message.quote_msg_id }),
  };
  const command = COMMAND.exec(text);
  return command?.[1] === undefined
    ? { kind: 'text', ...common, text }
    : { kind: 'command', ...common, name: command[1].toLowerCase(), args: (command[2] ?? '').trim() };
}

function attachmentEvents({ event_name: name, message }: ZaloEvent, key: string): IncomingEvent[] {
  const kind = name === 'user_send_image' ? 'photo' : 'document';
  const found = (message?.attachments ?? []).flatMap(({ payload }) =>
    payload.url === undefined ? [] : [{ ...payload, url: payload.url }],
  );
  if (found.length === 0) return [{ kind: 'unsupported', messageId: key, what: 'empty' }];
  const caption = message?.text?.replace(MENTION, '').trim();
  return found.map((payload, index) => {
    const attachment: Attachment = {
      channel: CHANNEL,
      fileRef: payload.url,
      kind,
      ...(kind === 'photo' ? { mime: 'image/jpeg' } : {}),
      ...(payload.name === undefined ? {} : { name: payload.name }),
      ...(kind === 'document' && payload.type?.includes('/') ? { mime: payload.type } : {}),
      ...(Number(payload.size) > 0 ? { size: Number(payload.size) } : {}),
    };
    return {
      kind: 'attachment',
      messageId: index === 0 ? key : `${key}#${index + 1}`,
      attachment,
      ...(index === 0 && caption ? { caption } : {}),
      ...(found.length > 1 ? { album: key } : {}),
    };
  });
}

/** `84912345678` without a plus is how the platform writes numbers. */
function contactEvent({ info }: ZaloEvent, key: string): IncomingEvent {
  const name = info?.name?.trim();
  const phone = info?.phone?.trim().replace(/^84(?=\d{8,10}$)/, '+84');
  return { kind: 'contact', messageId: key, ...(name ? { name } : {}), ...(phone ? { phone } : {}) };
}
