/** Buttons beyond what a channel shows are a numbered list; the number typed is the press (A8). */
import type { Button, Capabilities, Incoming, Markup } from '../channels/channel.js';
import { plainLabel, renderLabel, shorten } from '../conversation/fit.js';
import type { Label } from '../conversation/flow.js';
import type { Lang } from '../services/services.js';
import type { Texts } from './texts.js';
import type { Chat } from './turn.js';

/** `way`: turns a page or closes; it stays a button where the choices become a list. */
export type WideButton = { title: Label; data: string; way?: boolean };
export type Fitted = { text: Markup; buttons?: Button[][]; numbered?: string[] };

const NUMBER = /^\s*[([]?(\d{1,3})[.)\]]?\s*$/;

/** The text with its buttons as the channel can show them; `numbered` is what the numbers of a list mean. */
export function fitButtons(
  text: Markup,
  rows: readonly (readonly WideButton[])[],
  {
    texts,
    lang,
    capabilities,
  }: { texts: Texts; lang: Lang; capabilities: Pick<Capabilities, 'maxButtons' | 'maxButtonTitle'> },
): Fitted {
  const { maxButtons, maxButtonTitle } = capabilities;
  const asRows = (wide: readonly (readonly WideButton[])[]): Button[][] =>
    wide
      .filter((row) => row.length > 0)
      .map((row) =>
        row.map(({ title, data }) => ({
          title: shorten(plainLabel(title, texts, lang), maxButtonTitle),
          data,
        })),
      );
  const all = rows.flat();
  if (all.length === 0) return { text };
  if (all.length <= maxButtons) return { text, buttons: asRows(rows) };
  const ways = all.filter(({ way }) => way);
  const kept = ways.length <= maxButtons ? ways : [];
  const listed = all.filter((one) => !kept.includes(one));
  const lines = listed.map(({ title }, n) => `${n + 1}. ${renderLabel(title, texts, lang)}`);
  const list = [lines.join('\n'), texts.render({ key: 'common:typeNumber' }, lang)];
  return {
    text: [text, ...list].join('\n\n'),
    ...(kept.length > 0 ? { buttons: asRows([kept]) } : {}),
    numbered: listed.map(({ data }) => data),
  };
}

/** A number typed after a numbered list, as the press that it stands for. */
export function pressOfNumber(incoming: Incoming, chat: Chat): Incoming {
  const { event } = incoming;
  if (event.kind !== 'text' || !chat.numbered) return incoming;
  const data = chat.numbered[Number(NUMBER.exec(event.text)?.[1] ?? 0) - 1];
  if (data === undefined) return incoming;
  return { ...incoming, event: { kind: 'press', pressId: '', messageId: event.messageId, data } };
}

/** The chat with the meaning of the numbers of the list shown last; `undefined` after a question of a conversation. */
export function withNumbered(chat: Chat, numbered: readonly string[] | undefined): Chat {
  const { numbered: _before, ...others } = chat;
  return numbered ? { ...others, numbered: [...numbered] } : others;
}
