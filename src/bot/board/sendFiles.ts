import type { Attachment, Question } from '../../domain/question.js';
import { maskPersonal } from '../cards/maskPersonal.js';
import type { BoardTurn } from './boardDeps.js';
import { reachable } from './reachable.js';

/** As much of an update as sending to its author in private needs: in the board's group or in a unit's chat. */
type PrivateTurn = Pick<BoardTurn, 'deps' | 'scene' | 'actor'>;

/** The whole text of a question, without personal data, in the group. */
export function sendFullText({ scene }: Pick<BoardTurn, 'scene'>, question: Question): void {
  scene.say({
    key: 'board:fullText',
    values: { code: question.code, content: maskPersonal(question.content, question.asker) },
  });
}

/** The whole text of an answer that its card had to cut. */
export function sendAnswerText({ scene }: Pick<BoardTurn, 'scene'>, question: Question): void {
  if (question.answer)
    scene.say({ key: 'board:fullText', values: { code: question.code, content: question.answer.text } });
}

/** The files of a question, to the member in private: a photo may show more than the group should see. */
export async function sendFiles(turn: PrivateTurn, question: Question): Promise<void> {
  await send(turn, question, question.attachments);
}

/** The files of the unit's answer, likewise. */
export async function sendAnswerFiles(turn: PrivateTurn, question: Question): Promise<void> {
  await send(turn, question, question.answer?.attachments ?? []);
}

async function send(
  turn: PrivateTurn,
  question: Question,
  attachments: readonly Attachment[],
): Promise<void> {
  if (!(await reachable(turn))) return;
  for (const [n, attachment] of attachments.entries())
    turn.scene.say(
      { key: 'board:fileCaption', values: { code: question.code, n: n + 1, of: attachments.length } },
      { to: turn.actor.account, attachment },
    );
  turn.scene.toast({ key: 'board:toast.sentInPrivate' });
}
