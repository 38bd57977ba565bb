import { begin } from '../../conversation/advance.js';
import { readButtonData, shortRun } from '../../conversation/buttonData.js';
import type { FlowEnv, Saying } from '../../conversation/flow.js';
import { localDate } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import { hearFlow } from '../board/hearFlow.js';
import { type AnswerWorld, decideAnswer } from '../flows/decideAnswer.js';
import { type DecideWorld, decideText } from '../flows/decideText.js';
import type { UnitTurn } from './unitDeps.js';

const ANSWER = decideAnswer();
const DECISIONS = { handBack: decideText('handBack'), reportDifficulty: decideText('reportDifficulty') };

/** Begins the answer to a question (C4). The conversation is the writer's alone. */
export function beginAnswer(turn: UnitTurn, question: Question): void {
  const draft = { code: question.code, text: '', attachments: [] };
  const { state, say } = begin(ANSWER, turn.scene.incoming.id, answerEnv(turn), draft);
  turn.scene.setFlow(turn.actor.account, state);
  for (const saying of say) turn.scene.sayFlow(named(turn, saying));
  turn.scene.toast({ key: 'board:toast.replyInGroup' });
}

/** Asks why a question is handed back, or what the difficulty is (plan IV.4). */
export function beginUnitDecision(
  turn: UnitTurn,
  question: Question,
  action: 'handBack' | 'reportDifficulty',
): void {
  const { state, say } = begin(DECISIONS[action], turn.scene.incoming.id, decideEnv(turn), {
    code: question.code,
  });
  turn.scene.setFlow(turn.actor.account, state);
  for (const saying of say) turn.scene.sayFlow(named(turn, saying));
  turn.scene.toast({ key: 'board:toast.replyInGroup' });
}

/** A press within an unfinished conversation: only of the one whose it is. */
export async function hearAnswerPress(turn: UnitTurn): Promise<void> {
  const { scene, actor } = turn;
  const { event } = scene.incoming;
  const press = event.kind === 'press' ? readButtonData(event.data) : undefined;
  const owner = scene.flowOwner((state) => shortRun(state.run) === press?.run);
  if (owner === undefined) return scene.toast({ key: 'errors:old-button' }, true);
  if (owner !== actor.account) return scene.toast({ key: 'errors:not-your-conversation' }, true);
  await hearAnswer(turn);
  scene.toast({ key: 'board:toast.done' });
}

/** The next word of an unfinished answer, hand-back or report; the last one carries it out. */
export async function hearAnswer(turn: UnitTurn): Promise<void> {
  const { scene, actor, deps } = turn;
  const name = scene.flow(actor.account)?.flow;
  const dress = (saying: Saying): Saying => named(turn, saying);
  if (name === ANSWER.name) {
    const meant = hearFlow(scene, actor.account, ANSWER, answerEnv(turn), deps.texts, dress);
    if (!meant) return;
    const { code, ...details } = meant;
    await deps.services.act(code, 'answer', actor, details, scene.incoming.id);
    return scene.say({ key: 'unit:answer.sent', values: { code } });
  }
  const decision = Object.values(DECISIONS).find((flow) => flow.name === name);
  const meant = decision && hearFlow(scene, actor.account, decision, decideEnv(turn), deps.texts, dress);
  if (!meant) return;
  await deps.services.act(meant.code, meant.action, actor, { text: meant.text ?? '' }, scene.incoming.id);
  scene.say({ key: `board:decided.${meant.action}`, values: { code: meant.code, who: actor.name } });
}

const isPrivate = ({ scene }: UnitTurn): boolean => scene.incoming.chatKind === 'private';

function answerEnv(turn: UnitTurn): FlowEnv<AnswerWorld> {
  const { deps, unit } = turn;
  const head = unit.head && `${unit.head.name}, ${unit.head.title}`;
  return {
    now: deps.clock.now(),
    world: { private: isPrivate(turn), ...(head === undefined ? {} : { head }) },
  };
}

function decideEnv(turn: UnitTurn): FlowEnv<DecideWorld> {
  const { deps } = turn;
  const now = deps.clock.now();
  const year = Number(localDate(now).slice(0, 4));
  return {
    now,
    world: { private: isPrivate(turn), year, write: (phrase) => deps.texts.plain(phrase, 'vi') },
  };
}

/** With the writer's name before it, where others read it too. */
function named(turn: UnitTurn, saying: Saying): Saying {
  if (isPrivate(turn)) return saying;
  return {
    ...saying,
    phrase: { key: 'board:addressed', values: { name: turn.actor.name, said: saying.phrase } },
  };
}
