import {
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
import type { Texts } from '../texts.js';
import type { Chat, Show, Toast, Turn } from '../turn.js';
import { button } from './cardContext.js';
import { type CardData, writeCardData } from './cardData.js';
import { cutText } from './cutText.js';

/** What a platform shows at a press; more is refused (Telegram: answerCallbackQuery). */
const LONGEST_TOAST = 200;

/** How something is said beside its words. `to`: another chat than this one, such as a member's private chat. */
export type How = {
  to?: Ref;
  slot?: string;
  buttons?: { title: Phrase | { plain: string }; data: CardData }[][];
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
  show(message: Message, how?: Pick<How, 'to' | 'slot'>): void;
  /** The short answer to a press; the first one counts. */
  toast(phrase: Phrase, alert?: boolean): void;
  flow(account: Ref): FlowState | undefined;
  /** The member, if any, whose unfinished conversation `matches`. */
  flowOwner(matches: (state: FlowState) => boolean): Ref | undefined;
  setFlow(account: Ref, state: FlowState | null): void;
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
      const target = how.to === undefined ? capabilities : capabilitiesOf(splitRef(how.to).channel);
      const rows = buttons
        .map((row) =>
          row.map(({ title, data }) =>
            button(title, writeCardData(data), { texts, lang: scene.lang, capabilities: target }),
          ),
        )
        .filter((row) => row.length > 0);
      scene.show(
        {
          text: texts.render(phrase, scene.lang),
          ...(rows.length > 0 ? { buttons: rows } : {}),
          ...(attachment ? { attachment } : {}),
        },
        how,
      );
    },
    sayFlow(saying) {
      const message = fitSaying(saying, texts, scene.lang, capabilities);
      scene.show(askedBy === undefined ? message : { ...message, replyTo: askedBy });
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
    setLanguage(lang) {
      scene.lang = lang;
      kept = { ...kept, language: lang };
    },
    turn: () => ({ chat: kept, show: shows, ...(toast ? { toast } : {}) }),
  };
  return scene;
}
