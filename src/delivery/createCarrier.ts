/** Hands a message to its channel; a file that lives on another platform is fetched there first (C3). */
import type { Channel, Message, Outgoing, Sent } from '../channels/channel.js';
import { DomainError } from '../domain/errors.js';
import type { Attachment } from '../domain/question.js';
import type { Context } from './context.js';
import { createTurnstile } from './createTurnstile.js';

/** Files in memory at the same time. */
const MANY = 4;
/** A platform that does not give the file for so many tries in a row is not waited for any longer. */
const TRIES = 8;

/** `Outgoing` without toasts. */
export type Carried = Exclude<Outgoing, { kind: 'toast' }>;

/**
 * Answers what the channel said; 'nothing' when the file was all there was to send and it cannot be had. A file that
 * is gone, too large, or refused where it should go is left out, counted, and the text goes alone. `tries` is how
 * often this was tried in vain; a platform that cannot be reached for the file is thrown.
 */
export function createCarrier({
  settings,
  channels,
  count,
}: Pick<Context, 'settings' | 'channels' | 'count'>) {
  const turnstile = createTurnstile(MANY);

  const bytesOf = async (attachment: Attachment, tries: number): Promise<Uint8Array | undefined> => {
    try {
      const source = channels.get(attachment.channel);
      if (source === undefined) throw new DomainError('file-gone');
      return await source.download(attachment, settings.maxFileBytes);
    } catch (error) {
      const why = error instanceof DomainError && error.code.startsWith('file-') ? error.code : undefined;
      if (why === undefined && tries < TRIES) throw error;
      count(`notCarried:${why ?? 'not-fetched'}`);
      return undefined;
    }
  };

  const carryOver = async (
    channel: Channel,
    outgoing: Carried,
    attachment: Attachment,
    tries: number,
  ): Promise<Sent | undefined> => {
    const bytes = await bytesOf(attachment, tries);
    if (bytes === undefined) return undefined;
    const file = { kind: 'file' as const, ...nameOf(attachment), bytes };
    const sent = await channel.send({ ...outgoing, message: { ...outgoing.message, attachment: file } });
    if (sent.kind !== 'refused') return sent;
    count('notCarried:refused');
    return undefined;
  };

  return async (channel: Channel, outgoing: Carried, tries: number): Promise<Sent | 'nothing'> => {
    const { attachment } = outgoing.message;
    if (attachment === undefined || attachment.kind === 'file' || attachment.channel === channel.name)
      return channel.send(outgoing);
    const sent = await turnstile(() => carryOver(channel, outgoing, attachment, tries));
    if (sent) return sent;
    const message = withoutFile(outgoing.message);
    return message.text.trim() === '' ? 'nothing' : channel.send({ ...outgoing, message });
  };
}

function nameOf({ kind, name, mime }: Attachment): { name: string; mime: string } {
  return kind === 'photo'
    ? { name: name ?? 'photo.jpg', mime: mime ?? 'image/jpeg' }
    : { name: name ?? 'file', mime: mime ?? 'application/octet-stream' };
}

function withoutFile({ attachment: _left, ...message }: Message): Message {
  return message;
}
