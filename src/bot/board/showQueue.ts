import { shortRun } from '../../conversation/buttonData.js';
import type { Phrase } from '../../conversation/flow.js';
import { formatDate } from '../../domain/localDate.js';
import { isOverdue } from '../../domain/deadline.js';
import type { Question } from '../../domain/question.js';
import { cutText } from '../cards/cutText.js';
import type { How } from '../cards/createScene.js';
import { maskPersonal } from '../cards/maskPersonal.js';
import { pageButtons } from '../cards/pickList.js';
import type { BoardTurn } from './boardDeps.js';
import { listSlot } from './showPicks.js';

const PAGE = 10;
const CODES_IN_ROW = 2;
const WORDS_SHOWN = 70;

/** /queue: what is open, soonest due first, ten a page, each a press away (C3, C6). */
export async function showQueue(
  turn: BoardTurn,
  page: number,
  list = shortRun(turn.scene.incoming.id),
): Promise<void> {
  const { questions, total } = await turn.deps.services.ledger.queue(page - 1);
  const pages = Math.max(1, Math.ceil(total / PAGE));
  turn.scene.toast({ key: 'board:toast.done' });
  if (total === 0) return turn.scene.say({ key: 'board:queue.empty' }, { slot: listSlot(list) });
  if (questions.length === 0 && page > pages) return showQueue(turn, pages, list);
  turn.scene.say(
    {
      key: 'board:queue.head',
      values: { total, page, pages, lines: questionLines(questions, turn.deps.clock.now()) },
    },
    {
      slot: listSlot(list),
      buttons: [...codeButtons(questions), pageButtons({ turn: { action: 'queue' }, list, page, pages })],
    },
  );
}

/** A line for each question: code, stage, due date, and its first words without personal data. */
export function questionLines(questions: readonly Question[], now: Date): Phrase[] {
  return questions.map((question) => ({
    key: isOverdue(question, now) ? 'board:queue.lateLine' : 'board:queue.line',
    values: {
      code: question.code,
      stage: { key: `cards:stage.${question.stage}` },
      due: formatDate(question.dueAt).slice(0, 5),
      words: cutText(maskPersonal(question.content, question.asker).replace(/\s+/g, ' '), WORDS_SHOWN),
    },
  }));
}

/** A button for each code, which shows its card. */
export function codeButtons(questions: readonly Question[]): NonNullable<How['buttons']> {
  const buttons = questions.map(({ code }) => ({
    title: { plain: code },
    data: { action: 'show' as const, code },
  }));
  return Array.from({ length: Math.ceil(buttons.length / CODES_IN_ROW) }, (_, row) =>
    buttons.slice(row * CODES_IN_ROW, (row + 1) * CODES_IN_ROW),
  );
}
