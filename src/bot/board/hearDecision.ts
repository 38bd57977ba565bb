import { begin } from '../../conversation/advance.js';
import { readButtonData, shortRun } from '../../conversation/buttonData.js';
import type { Flow, FlowEnv, Saying } from '../../conversation/flow.js';
import { localDate } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import { answerStamp } from '../cards/answerCard.js';
import { decideJoin } from '../flows/decideJoin.js';
import {
  type DecideWorld,
  type Decision,
  decideText,
  TEXT_ACTIONS,
  type TextAction,
} from '../flows/decideText.js';
import type { BoardTurn } from './boardDeps.js';
import { hearFlow } from './hearFlow.js';
import { act, mayNow, questionOf } from './onQuestion.js';

type DecisionFlow = Flow<{ code: string; stamp?: string }, DecideWorld, Decision>;
const FLOWS: ReadonlyMap<string, DecisionFlow> = new Map(
  [...TEXT_ACTIONS.map((action) => decideText(action)), decideJoin()].map((flow) => [flow.name, flow]),
);

/** Asks the member for the words that an action needs (C1). The conversation is that member's alone. */
export function beginDecision(
  turn: BoardTurn,
  question: Question,
  action: TextAction | 'join',
  stamp?: string,
): void {
  mayNow(turn, question, action);
  const flow = FLOWS.get(`decide-${action}`);
  if (!flow) throw new Error(`no flow for ${action}`);
  const { scene } = turn;
  const draft = { code: question.code, ...(stamp === undefined ? {} : { stamp }) };
  const { state, say } = begin(flow, scene.incoming.id, envOf(turn), draft);
  scene.setFlow(turn.actor.account, state);
  for (const saying of say) scene.sayFlow(named(turn, saying));
  scene.toast({ key: 'board:toast.replyInGroup' });
}

/** A press on a button of an unfinished decision: only of the member whose decision it is. */
export async function hearDecisionPress(turn: BoardTurn): Promise<void> {
  const { scene, actor } = turn;
  const { event } = scene.incoming;
  const press = event.kind === 'press' ? readButtonData(event.data) : undefined;
  const owner = scene.flowOwner((state) => shortRun(state.run) === press?.run);
  if (owner === undefined) return scene.toast({ key: 'errors:old-button' }, true);
  if (owner !== actor.account) return scene.toast({ key: 'errors:not-your-conversation' }, true);
  await hearDecision(turn);
  scene.toast({ key: 'board:toast.done' });
}

/** The member's next word in an unfinished decision; the last one carries the action out. */
export async function hearDecision(turn: BoardTurn): Promise<void> {
  const { scene, actor, deps } = turn;
  const state = scene.flow(actor.account);
  const flow = state && FLOWS.get(state.flow);
  if (!state || !flow) return;
  const intent = hearFlow(scene, actor.account, flow, envOf(turn), deps.texts, (saying) =>
    named(turn, saying),
  );
  if (intent) await decide(turn, intent);
}

async function decide(turn: BoardTurn, decision: Decision): Promise<void> {
  const { action, code, text, into, stamp } = decision;
  const question = await questionOf(turn, code);
  const shown = question.answer && answerStamp(question.answer);
  // The update may come again after it was carried out: then the answer is gone because of it.
  const done = question.events.some(({ id }) => id === turn.scene.incoming.id);
  if (!done && stamp !== undefined && stamp !== shown)
    return turn.scene.say({ key: 'errors:answer-changed', values: { code } });
  await act(turn, question, action, {
    ...(text === undefined ? {} : { text }),
    ...(into === undefined ? {} : { into }),
  });
  turn.scene.say({ key: `board:decided.${action}`, values: { code, who: turn.actor.name } });
}

function envOf({ deps }: BoardTurn): FlowEnv<DecideWorld> {
  const now = deps.clock.now();
  const year = Number(localDate(now).slice(0, 4));
  // A reason goes into the ledger and to the asker: in the language of the office, whatever the group's is.
  return { now, world: { year, write: (phrase) => deps.texts.plain(phrase, 'vi') } };
}

/** With the member's name before it, since the whole group reads it. */
function named(turn: BoardTurn, saying: Saying): Saying {
  return {
    ...saying,
    phrase: { key: 'board:addressed', values: { name: turn.actor.name, said: saying.phrase } },
  };
}
