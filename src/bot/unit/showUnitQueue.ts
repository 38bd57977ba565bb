import { shortRun } from '../../conversation/buttonData.js';
import type { Question } from '../../domain/question.js';
import { listSlot } from '../board/showPicks.js';
import { codeButtons, questionLines } from '../board/showQueue.js';
import { pageButtons } from '../cards/pickList.js';
import type { UnitTurn } from './unitDeps.js';

const PAGE = 10;
/** A bound on what one press may read; a unit with more waits for the next page of the board's own list. */
const MOST_PAGES_READ = 100;

/** /queue in a unit's chat: what is routed to it and not answered, soonest due first (C4). */
export async function showUnitQueue(
  turn: UnitTurn,
  page: number,
  list = shortRun(turn.scene.incoming.id),
): Promise<void> {
  const { scene, deps, unit } = turn;
  scene.toast({ key: 'board:toast.done' });
  const all = await routedTo(turn, unit.id);
  if (all.length === 0) return scene.say({ key: 'unit:queue.empty' }, { slot: listSlot(list) });
  const pages = Math.ceil(all.length / PAGE);
  const shown = Math.min(page, pages);
  const questions = all.slice((shown - 1) * PAGE, shown * PAGE);
  scene.say(
    {
      key: 'unit:queue.head',
      values: {
        total: all.length,
        page: shown,
        pages,
        lines: questionLines(questions, deps.clock.now()),
      },
    },
    {
      slot: listSlot(list),
      buttons: [
        ...codeButtons(questions),
        pageButtons({ turn: { action: 'queue' }, list, page: shown, pages }),
      ],
    },
  );
}

async function routedTo({ deps }: UnitTurn, unit: string): Promise<Question[]> {
  const found: Question[] = [];
  let read = 0;
  for (let page = 0; page < MOST_PAGES_READ; page++) {
    const { questions, total } = await deps.services.ledger.queue(page);
    found.push(...questions.filter((question) => question.unit === unit && question.stage === 'routed'));
    read += questions.length;
    if (questions.length === 0 || read >= total) break;
  }
  return found;
}
