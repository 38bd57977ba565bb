import type { Phrase } from '../../../conversation/flow.js';
import { localDate } from '../../../domain/localDate.js';
import { parseCode } from '../../../domain/questionCode.js';
import { STAGES } from '../../../domain/question.js';
import type { Stats } from '../../../services/services.js';
import { topicName, unitName } from '../../cards/cardContext.js';
import { paragraphs } from '../../phrases.js';
import { ALL_MEMBERS, type BoardCommand, type CommandCall, type Wrong } from '../boardCommand.js';
import { questionOf } from '../onQuestion.js';
import { parseFind, parsePage } from '../parseArgs.js';
import { codeButtons, questionLines, showQueue } from '../showQueue.js';

const FIND_PAGE = 10;
const LEAST_WORDS = 2;

/** What members look up in the ledger: /queue, /question, /find, /stats (C5, C6). */
export const ledgerCommands: readonly BoardCommand[] = [
  { name: 'queue', who: ALL_MEMBERS, run: queue },
  { name: 'question', who: ALL_MEMBERS, run: question },
  { name: 'find', who: ALL_MEMBERS, run: find },
  { name: 'stats', who: ALL_MEMBERS, run: stats },
];

async function queue(call: CommandCall): Promise<void | Wrong> {
  const page = call.args.length === 0 ? 1 : parsePage(call.args[0] ?? '');
  if (page === undefined || call.args.length > 1) return { wrong: { key: 'board:wrong.page' } };
  await showQueue(call, page);
}

async function question(call: CommandCall): Promise<void | Wrong> {
  const code = codeOf(call, call.raw);
  if (code === undefined) return { wrong: { key: 'board:wrong.code' } };
  const found = await questionOf(call, code);
  call.scene.show(await call.painter.question(found, call.scene.incoming.chat, call.lang));
}

/** A code as people type it; a bare number is of this year. */
export function codeOf({ deps }: Pick<CommandCall, 'deps'>, typed: string | undefined): string | undefined {
  return parseCode(typed ?? '', Number(localDate(deps.clock.now()).slice(0, 4)));
}

async function find({ deps, scene, raw }: CommandCall): Promise<void | Wrong> {
  const { words, page } = parseFind(raw);
  if (words.length < LEAST_WORDS) return { wrong: { key: 'board:wrong.words-to-find' } };
  const { questions, total } = await deps.services.ledger.find(words, page - 1);
  if (total === 0) return scene.say({ key: 'board:find.nothing', values: { words } });
  const pages = Math.max(1, Math.ceil(total / FIND_PAGE));
  const lines = questionLines(questions, deps.clock.now());
  if (page < pages) lines.push({ key: 'board:find.next', values: { words, page: page + 1 } });
  scene.say(
    { key: 'board:find.head', values: { words, total, page, pages, lines } },
    { buttons: codeButtons(questions) },
  );
}

async function stats({ deps, scene, lang }: CommandCall): Promise<void> {
  const parked = await deps.parked?.();
  const [figures, topics, units] = await Promise.all([
    deps.services.ledger.stats(),
    deps.services.settings.topics(),
    deps.services.settings.units(),
  ]);
  const head: Phrase = {
    key: 'board:stats.head',
    values: {
      total: figures.total,
      overdue: figures.overdue,
      subscribers: figures.subscribers,
      stages: stageLines(figures),
      topics: linesOrNone(
        figures.byTopic.map(({ topic, count: n }) => ({
          key: 'board:stats.line',
          values: { name: topicName(topic, { topics, lang }), n },
        })),
      ),
      units: linesOrNone(
        figures.byUnit.map(({ unit, count: n, answered }) => ({
          key: 'board:stats.unitLine',
          values: { name: unitName(unit, { units }), n, answered },
        })),
      ),
    },
  };
  scene.say(
    parked === undefined ? head : paragraphs(head, { key: 'board:stats.parked', values: { n: parked } }),
  );
}

function stageLines({ byStage }: Stats): Phrase[] {
  return linesOrNone(
    STAGES.filter((stage) => (byStage[stage] ?? 0) > 0).map((stage) => ({
      key: 'board:stats.stageLine',
      values: { stage: { key: `cards:stage.${stage}` }, n: byStage[stage] ?? 0 },
    })),
  );
}

const linesOrNone = (lines: Phrase[]): Phrase[] => (lines.length > 0 ? lines : [{ key: 'board:stats.none' }]);
