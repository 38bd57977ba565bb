import {
  type Button,
  type Capabilities,
  type Incoming,
  type Message,
  type Ref,
  splitRef,
} from '../../channels/channel.js';
import { fitSaying } from '../../conversation/fit.js';
import type { FlowState, Phrase, Saying } from '../../conversation/flow.js';
import type { Attachment } from '../../domain/question.js';
import type { Lang } from '../../services/services.js';
import { fitButtons, withNumbered, type WideButton } from '../numbered.js';
import { escapeMarkup, type Texts } from '../texts.js';
import type { Chat, Show, Toast, Turn } from '../turn.js';
import { type CardData, writeCardData } from './cardData.js';
import { cutText } from './cutText.js';

/** What a platform shows at a press; more is refused (Telegram: answerCallbackQuery). */
const LONGEST_TOAST = 200;

/** How something is said beside its words. `to`: another chat than this one, such as a member's private chat. */
export type How = {
  to?: Ref;
  slot?: string;
  /** `way`: turns a page or closes (numbered.ts). */
  buttons?: { title: Phrase | { plain: string }; data: CardData; way?: true }[][];
  attachment?: Attachment;
};

/** What one update in a group leads to, gathered while it is worked on. */
export type Scene = {
  incoming: Incoming;
  lang: Lang;
  capabilities: Capabilities;
  say(phrase: Phrase, how?: How): void;
  /** A question of a flow; in a group it replies to what the member wrote, so that only the member is asked. */
  sayFlow(saying: Saying): void;
  /** Choices made elsewhere: as buttons, or as a numbered list where there are too many. */
  choices(phrase: Phrase, buttons: readonly Button[]): void;
  show(message: Message, how?: Pick<How, 'to' | 'slot'>): void;
  /**
   * The short answer to a press; the first one counts. On a channel without such answers it is a message, if it tells
   * of something wrong or is all there is.
   */
  toast(phrase: Phrase, alert?: boolean): void;
  flow(account: Ref): FlowState | undefined;
  /** The member, if any, whose unfinished conversation `matches`. */
  flowOwner(matches: (state: FlowState) => boolean): Ref | undefined;
  setFlow(account: Ref, state: FlowState | null): void;
  /** Nobody is in the middle of anything any more: the chat is for something else now. */
  dropFlows(): void;
  setLanguage(lang: Lang): void;
  turn(): Turn;
};

/** Begins a scene for one update. Ids of what is shown follow from the update, so a repeat shows nothing twice. */
export function createScene(
  incoming: Incoming,
  chat: Chat,
  { texts, capabilitiesOf }: { texts: Texts; capabilitiesOf: (channel: string) => Capabilities },
): Scene {
  const shows: Show[] = [];
  const capabilities = capabilitiesOf(incoming.channel);
  let kept: Chat = chat;
  let toast: Toast | undefined;
  const { event } = incoming;
  const askedBy = event.kind !== 'press' && 'messageId' in event ? event.messageId : undefined;

  const scene: Scene = {
    incoming,
    capabilities,
    lang: chat.language ?? 'vi',
    show(message, { to = chat.ref, slot } = {}) {
      const id = `${incoming.id}:${shows.length}`;
      shows.push({ chat: to, message, priority: 'reply', id, ...(slot === undefined ? {} : { slot }) });
    },
    say(phrase, { buttons = [], attachment, ...how } = {}) {
      const rows = buttons.map((row) => row.map((one) => ({ ...one, data: writeCardData(one.data) })));
      const fitted = fit(phrase, rows, how.to ?? chat.ref);
      scene.show({ ...fitted, ...(attachment ? { attachment } : {}) }, how);
    },
    choices(phrase, buttons) {
      const rows = buttons.map(({ title, data }) => [{ title: { plain: title }, data }]);
      scene.show(fit(phrase, rows, chat.ref));
    },
    sayFlow(saying) {
      const { expectsReply, ...message } = fitSaying(saying, texts, scene.lang, capabilities);
      if (saying.at) kept = withNumbered(kept, undefined);
      // In private whatever is written is for the bot.
      if (incoming.chatKind === 'private') return scene.show(message);
      scene.show({
        ...message,
        ...(expectsReply ? { expectsReply } : {}),
        ...(askedBy === undefined ? {} : { replyTo: askedBy }),
      });
    },
    toast(phrase, alert) {
      if (event.kind !== 'press' || toast) return;
      toast = {
        pressId: event.pressId,
        text: cutText(texts.plain(phrase, scene.lang), LONGEST_TOAST),
        ...(alert ? { alert } : {}),
      };
    },
    flow: (account) => kept.flows[account],
    flowOwner: (matches) => Object.entries(kept.flows).find(([, state]) => matches(state))?.[0],
    setFlow(account, state) {
      const { [account]: _before, ...others } = kept.flows;
      kept = { ...kept, flows: state ? { ...others, [account]: state } : others };
    },
    dropFlows() {
      kept = { ...kept, flows: {} };
    },
    setLanguage(lang) {
      scene.lang = lang;
      kept = { ...kept, language: lang };
    },
    turn() {
      if (!toast) return { chat: kept, show: shows };
      if (capabilities.toasts) return { chat: kept, show: shows, toast };
      if (toast.alert || shows.length === 0) scene.show({ text: escapeMarkup(toast.text) });
      return { chat: kept, show: shows };
    },
  };
  return scene;

  function fit(
    phrase: Phrase,
    rows: readonly (readonly WideButton[])[],
    to: Ref,
  ): Pick<Message, 'text' | 'buttons'> {
    const target = to === chat.ref ? capabilities : capabilitiesOf(splitRef(to).channel);
    const text = texts.render(phrase, scene.lang);
    const { numbered, ...fitted } = fitButtons(text, rows, { texts, lang: scene.lang, capabilities: target });
    if (numbered && to === chat.ref) kept = withNumbered(kept, numbered);
    return fitted;
  }
}
