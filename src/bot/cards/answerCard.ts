import type { Button, Message } from '../../channels/channel.js';
import type { Phrase } from '../../conversation/flow.js';
import { allowedActions } from '../../domain/lifeCycle.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Answer, Question } from '../../domain/question.js';
import { type CardContext, button, inRows, renderLines, shownLength, unitName } from './cardContext.js';
import { type CardAction, writeCardData } from './cardData.js';
import { cutText } from './cutText.js';
import { whoDid } from './historyLines.js';
import { maskPersonal } from './maskPersonal.js';

/** Tells the answer's card from the question's where all buttons of one are wanted. */
export const ANSWER = 'answer';
const REASON_SHOWN = 500;

/**
 * The answer of a unit, for the board to approve before it reaches the asker (C4), with its text as it will go out,
 * as far as one message holds it; the whole is a press away. An answer that was sent back to the unit is drawn from
 * the record. Undefined while there was none.
 */
export function answerCard(question: Question, context: CardContext): Message | undefined {
  const { answer } = question;
  if (!answer) return returnedCard(question, context);
  const { text, cut } = fitted(answer.text, context, (shown, rest) => [
    { key: 'cards:answer.head', values: { code: question.code } },
    { key: 'cards:unit', values: { unit: cutText(unitName(answer.unit, context), 200) } },
    { key: 'cards:answer.at', values: { when: formatDateTime(answer.at) } },
    { key: 'cards:answer.responsible', values: { responsible: answer.responsible } },
    ...(answer.attachments.length > 0
      ? [{ key: 'cards:attachments', values: { n: answer.attachments.length } }]
      : []),
    '',
    { key: 'cards:content', values: { content: shown } },
    ...rest,
    '',
    answerState(question, answer),
  ]);
  const buttons = buttonsOf(question, answer, cut, context);
  const data = writeCardData({ action: 'more', code: question.code, arg: ANSWER });
  const more = button({ key: 'cards:button.more' }, data, context);
  return buttons.length > 0
    ? { text, buttons: inRows(buttons, 2, context.capabilities.maxButtons, more) }
    : { text };
}

/** Tells one answer from the next one, so that nobody approves an answer that is no longer the one on the card. */
export function answerStamp(answer: Pick<Answer, 'at'>): string {
  return answer.at.getTime().toString(36);
}

function buttonsOf(question: Question, answer: Answer, cut: boolean, context: CardContext): Button[] {
  const { code } = question;
  const allowed = allowedActions(question, ['editor']);
  const arg = answerStamp(answer);
  const decisions = (['acceptAnswer', 'returnAnswer'] as const).filter((action) => allowed.includes(action));
  const look = (title: string, action: CardAction): Button =>
    button(
      { key: title, values: { n: answer.attachments.length } },
      writeCardData({ action, code }),
      context,
    );
  return [
    ...decisions.map((action) =>
      button({ key: `cards:button.${action}` }, writeCardData({ action, code, arg }), context),
    ),
    ...(cut ? [look('cards:button.fullText', 'answerText')] : []),
    ...(answer.attachments.length > 0 ? [look('cards:button.files', 'answerFiles')] : []),
  ];
}

/** The lines around `content`, with as much of it as one message holds. */
function fitted(
  content: string,
  context: CardContext,
  lines: (shown: string, rest: Phrase[]) => (Phrase | '')[],
): { text: string; cut: boolean } {
  const more: Phrase[] = [{ key: 'cards:contentCut' }];
  const room = context.capabilities.maxText - shownLength(renderLines(lines('', more), context));
  const shown = cutText(content, Math.max(0, room));
  const cut = shown !== content;
  return { text: renderLines(lines(shown, cut ? more : []), context), cut };
}

function answerState(question: Question, answer: Answer): Phrase {
  if (question.stage === 'answered') return { key: 'cards:answer.pending' };
  const accepted = question.events.findLast(({ action, at }) => action === 'acceptAnswer' && at >= answer.at);
  if (!accepted) return { key: 'cards:answer.closed' };
  return {
    key: 'cards:answer.accepted',
    values: { who: whoDid(accepted), when: formatDateTime(accepted.at) },
  };
}

function returnedCard(question: Question, context: CardContext): Message | undefined {
  const answered = question.events.findLast(({ action }) => action === 'answer');
  const returned = question.events.findLast(({ action }) => action === 'returnAnswer');
  if (!answered || !returned) return undefined;
  const reason = cutText(maskPersonal(returned.text ?? '', question.asker), REASON_SHOWN);
  const { text } = fitted(answered.text ?? '', context, (shown) => [
    { key: 'cards:answer.head', values: { code: question.code } },
    { key: 'cards:unit', values: { unit: cutText(unitName(answered.unit ?? '', context), 200) } },
    '',
    { key: 'cards:content', values: { content: shown } },
    '',
    {
      key: 'cards:answer.returned',
      values: { who: whoDid(returned), when: formatDateTime(returned.at), reason },
    },
  ]);
  return { text };
}
