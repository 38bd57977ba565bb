/** The plainest channel: in memory, its updates are small JSON objects. For tests of delivery, and as an example. */
import { z } from 'zod';
import type {
  Accept,
  Capabilities,
  Channel,
  Decoded,
  IncomingEvent,
  Message,
  Outgoing,
  Ref,
  SendLimits,
  Sent,
} from '../../src/channels/channel.js';
import type { Clock } from '../../src/clock.js';
import { DomainError } from '../../src/domain/errors.js';

export const PLAIN_SECRET = 'plain-secret';

/** What a person of this platform sees in a chat. */
export type Shown = { messageId: string; text: string; message: Message };

export type PlainChannel = Channel & {
  /** Everything that was sent, in order, with what came of it. */
  log: { outgoing: Outgoing; sent: Sent }[];
  /** The messages of a chat as they stand. */
  shown(chat: Ref): Shown[];
  /** What the next sends come to, instead of being delivered; a promise keeps one under way. */
  next: ((outgoing: Outgoing) => Sent | Promise<Sent> | undefined)[];
  /** The same for every send; `undefined` delivers. */
  always: ((outgoing: Outgoing) => Sent | Promise<Sent> | undefined) | undefined;
  /** Wrong when an update was acknowledged; for tests of the way in. */
  deliver(update: object): Promise<number>;
  files: Map<string, Uint8Array>;
};

const updateSchema = z.object({
  number: z.int(),
  chat: z.string().regex(/^g?\d+$/),
  from: z.object({ id: z.string(), name: z.string() }).optional(),
  text: z.string().optional(),
  press: z.object({ id: z.string(), data: z.string() }).optional(),
  file: z.string().optional(),
  blocked: z.boolean().optional(),
  movedTo: z.string().optional(),
});

const CAPABILITIES: Capabilities = {
  maxText: 500,
  maxCaption: 100,
  maxButtons: 5,
  maxButtonTitle: 20,
  edits: true,
  toasts: true,
  groups: true,
};
const LIMITS: SendLimits = {
  perSecond: 1_000_000,
  perChatPerSecond: 1_000,
  chatBurst: 1_000,
  perGroupPerMinute: 100_000,
};

/** Chats are `plain:1`, groups `plain:g1`. Markup is stripped. */
export function createPlainChannel(given: {
  clock: Clock;
  name?: string;
  capabilities?: Partial<Capabilities>;
  limits?: Partial<SendLimits>;
}): PlainChannel {
  const { name = 'plain', clock } = given;
  const capabilities = { ...CAPABILITIES, ...given.capabilities };
  const chats = new Map<Ref, Shown[]>();
  let accept: Accept | undefined;
  let messages = 0;

  const shown = (chat: Ref): Shown[] => {
    const there = chats.get(chat) ?? [];
    chats.set(chat, there);
    return there;
  };

  const carryOut = (outgoing: Outgoing): Sent => {
    if (outgoing.kind === 'toast') return { kind: 'sent' };
    const text = plain(outgoing.message.text);
    if (text.length > capabilities.maxText) return { kind: 'refused', why: 'too-long' };
    const there = shown(outgoing.chat);
    if (outgoing.kind === 'send') {
      const messageId = String(++messages);
      there.push({ messageId, text, message: outgoing.message });
      return { kind: 'sent', messageId };
    }
    const standing = there.find(({ messageId }) => messageId === outgoing.messageId);
    if (standing === undefined) return { kind: 'gone', why: 'message' };
    Object.assign(standing, { text, message: outgoing.message });
    return { kind: 'sent', messageId: standing.messageId };
  };

  const channel: PlainChannel = {
    name,
    capabilities,
    limits: { ...LIMITS, ...given.limits },
    log: [],
    next: [],
    always: undefined,
    files: new Map(),
    shown: (chat) => [...shown(chat)],
    kindOf: (chat) => (chat.startsWith(`${name}:g`) ? 'group' : 'private'),
    async listen(given) {
      accept = given;
    },
    async quiet() {
      accept = undefined;
    },
    async send(outgoing) {
      const instead = (channel.next.shift() ?? channel.always)?.(outgoing);
      const sent = (await instead) ?? carryOut(outgoing);
      channel.log.push({ outgoing, sent });
      return sent;
    },
    async download(attachment, maxBytes) {
      const bytes = channel.files.get(attachment.fileRef);
      if (bytes === undefined) throw new DomainError('file-gone');
      if (bytes.byteLength > maxBytes) throw new DomainError('file-too-large', { maxBytes });
      return bytes;
    },
    isMember: async () => ({ present: true, admin: false }),
    showCommands: async () => undefined,
    webhooks: () => [
      {
        path: `/webhooks/${name}`,
        async receive({ headers, body }) {
          if (headers['x-plain-secret'] !== PLAIN_SECRET) return { status: 401 };
          try {
            await accept?.([decode(body.toString('utf8'), name, clock.now())]);
            return { status: accept ? 200 : 503 };
          } catch (error) {
            if (error instanceof DomainError) return { status: 503 };
            throw error;
          }
        },
      },
    ],
    async deliver(update) {
      const [webhook] = channel.webhooks();
      const body = Buffer.from(JSON.stringify(update));
      const answer = await webhook?.receive({ headers: { 'x-plain-secret': PLAIN_SECRET }, body });
      return answer?.status ?? 503;
    },
  };
  return channel;
}

function decode(body: string, name: string, now: Date): Decoded {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { kind: 'ignored', id: `${name}:?`, why: 'not-json' };
  }
  const parsed = updateSchema.safeParse(json);
  if (!parsed.success) return { kind: 'ignored', id: `${name}:?`, why: 'not-understood' };
  const { number, chat, from } = parsed.data;
  const event = eventOf(parsed.data, name);
  const id = `${name}:${number}`;
  if (event === undefined) return { kind: 'ignored', id, why: 'other-kind' };
  return {
    kind: 'incoming',
    incoming: {
      id,
      channel: name,
      chat: `${name}:${chat}`,
      chatKind: chat.startsWith('g') ? 'group' : 'private',
      order: number,
      at: now,
      ...(from === undefined ? {} : { from: { ref: `${name}:${from.id}`, name: from.name } }),
      event,
    },
  };
}

function eventOf(update: z.infer<typeof updateSchema>, name: string): IncomingEvent | undefined {
  const messageId = String(update.number);
  const { text, press, file, blocked, movedTo } = update;
  const [, command, args] = /^\/([a-z]+)(?:\s+([\s\S]*))?$/.exec(text ?? '') ?? [];
  if (command !== undefined) return { kind: 'command', messageId, name: command, args: args ?? '' };
  if (text !== undefined) return { kind: 'text', messageId, text };
  if (press) return { kind: 'press', pressId: press.id, data: press.data };
  if (file !== undefined)
    return { kind: 'attachment', messageId, attachment: { channel: name, fileRef: file, kind: 'document' } };
  if (blocked !== undefined) return { kind: 'reachable', reachable: !blocked };
  return movedTo === undefined ? undefined : { kind: 'moved', to: `${name}:${movedTo}` };
}

function plain(markup: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&amp;': '&',
  };
  return markup
    .replace(/<\/?[a-z]+[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}
