import type { Message } from '../../channels/channel.js';
import type { Phrase } from '../../conversation/flow.js';
import { allowedActions } from '../../domain/lifeCycle.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Action, Question } from '../../domain/question.js';
import {
  type CardContext,
  button,
  inRows,
  placeOf,
  renderLines,
  shownLength,
  topicName,
  unitName,
} from './cardContext.js';
import { type CardAction, writeCardData } from './cardData.js';
import { cutText } from './cutText.js';
import { dueLines } from './dueLines.js';
import { historyLines } from './historyLines.js';
import { maskPersonal } from './maskPersonal.js';

/** A card stays short, so that a group of many cards can be read; the rest is one press away. */
const CONTENT_SHOWN = 1_200;
const BUTTONS_IN_ROW = 2;

/** What a card of the board offers, in this order; an answer is decided on its own card. */
const ON_CARD = [
  'approve',
  'reject',
  'route',
  'askMore',
  'setTopic',
  'verify',
  'takeOver',
  'note',
  'revealContact',
  'join',
  'choose',
  'unchoose',
] as const satisfies readonly (Action & CardAction)[];

/**
 * The card of a question in the board's group (C1): what is known of it without personal data, the due date and
 * how it was counted, the last decisions, and what the board may do now. A card is one for all members, so it
 * offers what an editor may do; stage and role are checked at the press.
 */
export function questionCard(question: Question, context: CardContext): Message {
  const allowed = allowedActions(question, ['admin', 'editor']);
  return composeCard(question, context, {
    head: headLines(question, context),
    actions: ON_CARD.filter((action) => allowed.includes(action)),
    history: historyLines(question.events, question, context),
  });
}

/** A card of head, content as far as it fits, history and buttons. For the board's and the unit's card alike. */
export function composeCard(
  question: Question,
  context: CardContext,
  parts: { head: Phrase[]; actions: readonly CardAction[]; history: Phrase[] },
): Message {
  const content = maskPersonal(question.content, question.asker);
  const { history } = parts;
  const lines = (shown: string): (Phrase | '')[] => [
    ...parts.head,
    '',
    { key: 'cards:content', values: { content: shown } },
    ...(shown === content ? [] : [{ key: 'cards:contentCut' }]),
    ...(history.length > 0 ? (['', ...history] as const) : []),
  ];
  const room = context.capabilities.maxText - shownLength(renderLines(lines(''), context));
  const shown = cutText(content, Math.max(0, Math.min(room, CONTENT_SHOWN)));
  const looks: CardAction[] = [
    ...(shown === content ? [] : (['fullText'] as const)),
    ...(question.attachments.length > 0 ? (['files'] as const) : []),
  ];
  const buttons = [...parts.actions, ...looks].map((action) =>
    button(
      { key: `cards:button.${action}`, values: { n: question.attachments.length } },
      writeCardData({ action, code: question.code }),
      context,
    ),
  );
  const text = renderLines(lines(shown), context);
  const more = button(
    { key: 'cards:button.more' },
    writeCardData({ action: 'more', code: question.code }),
    context,
  );
  const rows = inRows(buttons, BUTTONS_IN_ROW, context.capabilities.maxButtons, more);
  return rows.length > 0 ? { text, buttons: rows } : { text };
}

function headLines(question: Question, context: CardContext): Phrase[] {
  return [
    stageLine(question),
    ...(question.suspected ? [{ key: `cards:suspected.${question.suspected}` }] : []),
    ...aboutLines(question, context),
    ...dueLines(question, context.due),
    ...(question.unit
      ? [{ key: 'cards:unit', values: { unit: cutText(unitName(question.unit, context), 200) } }]
      : []),
    ...(question.assignee ? [{ key: 'cards:assignee', values: { name: assigneeName(question) } }] : []),
    ...(question.joinedTo ? [{ key: 'cards:joinedTo', values: { code: question.joinedTo } }] : []),
    ...(question.episodeTrack !== 'none'
      ? [{ key: `cards:episode.${question.episodeTrack}`, values: { episode: question.episode ?? '' } }]
      : []),
  ];
}

/** The code and where the question stands. */
export function stageLine(question: Pick<Question, 'code' | 'stage'>): Phrase {
  return {
    key: 'cards:head',
    values: { code: question.code, stage: { key: `cards:stage.${question.stage}` } },
  };
}

/** Topic, time, who asked (kind and place only: C1) and the attachments. */
export function aboutLines(question: Question, context: CardContext): Phrase[] {
  return [
    { key: 'cards:topic', values: { topic: cutText(topicName(question.topic, context), 200) } },
    { key: 'cards:receivedAt', values: { when: formatDateTime(question.receivedAt) } },
    {
      key: question.verified ? 'cards:askerVerified' : 'cards:asker',
      values: {
        kind: { key: `cards:kind.${question.asker.kind}` },
        place: cutText(placeOf(question.asker.place, context), 100),
      },
    },
    ...(question.attachments.length > 0
      ? [{ key: 'cards:attachments', values: { n: question.attachments.length } }]
      : []),
  ];
}

/** The name that the assignee had when taking over; the card knows no other. */
export function assigneeName(question: Pick<Question, 'assignee' | 'events'>): string {
  const taken = question.events.findLast(
    (event) => event.action === 'takeOver' && event.by === question.assignee,
  );
  return cutText(taken?.byName ?? question.assignee ?? '', 80);
}
