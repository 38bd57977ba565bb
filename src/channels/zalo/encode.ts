import type { Button, Markup, Message } from '../channel.js';
import { LIMITS, PAYLOAD_PREFIX, type ButtonStyle } from './facts.js';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
/** For a message that has buttons and no words: the platform takes no empty text. */
const NO_WORDS = '…';

/** The `message` of a consultation message. */
export type Body = { text?: string; attachment?: object };

/** Text without markup, in NFC, which is how the platform counts. */
export function plainText(markup: Markup): string {
  return markup
    .replace(/<\/?(?:b|i|code)>/g, '')
    .replace(/&(lt|gt|amp|quot);/g, (_, name: string) => ENTITIES[name] ?? '')
    .normalize('NFC')
    .trim();
}

/**
 * The messages that one message becomes: the text with its first five buttons, further buttons five at a time (the
 * engine fits what it says, so that there are none as a rule), and the card that asks for contact details.
 * `attached` is an uploaded or linked attachment, which carries the text unless it is a file.
 */
export function encode(
  message: Message,
  style: ButtonStyle,
  attached?: { attachment: object; takesText: boolean },
): Body[] {
  const text = plainText(message.text);
  const buttons = (message.buttons ?? []).flat();
  const first: Body[] = [];
  const inside = attached?.takesText === true && text !== '' && buttons.length === 0;
  if (attached) first.push({ ...(inside ? { text } : {}), attachment: attached.attachment });
  const groups = Array.from({ length: Math.ceil(buttons.length / LIMITS.buttons) }, (_, group) =>
    buttons.slice(group * LIMITS.buttons, (group + 1) * LIMITS.buttons),
  );
  const worded = groups.map((group, index) =>
    withButtons(index === 0 && text !== '' ? text : NO_WORDS, group, style),
  );
  if (worded.length > 0) first.push(...worded);
  else if (text !== '' && !inside) first.push({ text });
  if (message.asksContact) first.push(contactCard(message.asksContact));
  return first;
}

/** A picture by its address or by the id of its upload. */
export function pictureAttachment(source: { url: string } | { attachment_id: string }): object {
  return {
    type: 'template',
    payload: { template_type: 'media', elements: [{ media_type: 'image', ...source }] },
  };
}

export function fileAttachment(token: string): object {
  return { type: 'file', payload: { token } };
}

function withButtons(text: string, buttons: readonly Button[], { template, query }: ButtonStyle): Body {
  const wire = buttons.map(({ title, data }) => ({
    title: cut(title, LIMITS.buttonTitle),
    type: `oa.query.${query}`,
    payload: `${PAYLOAD_PREFIX}${data}`,
  }));
  return template === 'plain'
    ? { text, attachment: { type: 'template', payload: { buttons: wire } } }
    : { attachment: { type: 'template', payload: { template_type: 'button', text, buttons: wire } } };
}

function contactCard({ title, hint }: { title: string; hint: string }): Body {
  const element = { title: cut(title, LIMITS.contactTitle), subtitle: cut(hint, LIMITS.contactHint) };
  return {
    attachment: { type: 'template', payload: { template_type: 'request_user_info', elements: [element] } },
  };
}

/** At most `max` UTF-16 units of the NFC form, not cutting a character in two. */
function cut(words: string, max: number): string {
  const whole = words.normalize('NFC');
  if (whole.length <= max) return whole;
  let kept = '';
  for (const character of whole) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
