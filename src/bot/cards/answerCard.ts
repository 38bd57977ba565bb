import type { Message } from '../../channels/channel.js';
import type { Phrase } from '../../conversation/flow.js';
import { allowedActions } from '../../domain/lifeCycle.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Answer, Question } from '../../domain/question.js';
import { type CardContext, button, inRows, renderLines, unitName } from './cardContext.js';
import { writeCardData } from './cardData.js';
import { cutText } from './cutText.js';
import { whoDid } from './historyLines.js';

/**
 * The answer of a unit, for the board to approve before it reaches the asker (C4). The whole text is shown, as it
 * will go out; the outbox splits what is too long for one message. An answer that was sent back to the unit is drawn
 * from the record. Undefined while there was none.
 */
export function answerCard(question: Question, context: CardContext): Message | undefined {
  const { answer } = question;
  if (!answer) return returnedCard(question, context);
  const allowed = allowedActions(question, ['editor']);
  const actions = (['acceptAnswer', 'returnAnswer'] as const).filter((action) => allowed.includes(action));
  const buttons = actions.map((action) =>
    button(
      { key: `cards:button.${action}` },
      writeCardData({ action, code: question.code, arg: answerStamp(answer) }),
      context,
    ),
  );
  if (answer.attachments.length > 0)
    buttons.push(
      button(
        { key: 'cards:button.files', values: { n: answer.attachments.length } },
        writeCardData({ action: 'answerFiles', code: question.code }),
        context,
      ),
    );
  const text = renderLines(answerLines(question, answer, context), context);
  return buttons.length > 0
    ? { text, buttons: inRows(buttons, 2, context.capabilities.maxButtons) }
    : { text };
}

/** Tells one answer from the next one, so that nobody approves an answer that is no longer the one on the card. */
export function answerStamp(answer: Pick<Answer, 'at'>): string {
  return answer.at.getTime().toString(36);
}

function answerLines(question: Question, answer: Answer, context: CardContext): (Phrase | '')[] {
  return [
    { key: 'cards:answer.head', values: { code: question.code } },
    { key: 'cards:unit', values: { unit: cutText(unitName(answer.unit, context), 200) } },
    { key: 'cards:answer.at', values: { when: formatDateTime(answer.at) } },
    { key: 'cards:answer.responsible', values: { responsible: answer.responsible } },
    ...(answer.attachments.length > 0
      ? [{ key: 'cards:attachments', values: { n: answer.attachments.length } }]
      : []),
    '',
    { key: 'cards:content', values: { content: answer.text } },
    '',
    answerState(question, answer),
  ];
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
  const lines: (Phrase | '')[] = [
    { key: 'cards:answer.head', values: { code: question.code } },
    { key: 'cards:unit', values: { unit: cutText(unitName(answered.unit ?? '', context), 200) } },
    '',
    { key: 'cards:content', values: { content: answered.text ?? '' } },
    '',
    {
      key: 'cards:answer.returned',
      values: { who: whoDid(returned), when: formatDateTime(returned.at), reason: returned.text ?? '' },
    },
  ];
  return { text: renderLines(lines, context) };
}
