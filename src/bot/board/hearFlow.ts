import type { Ref } from '../../channels/channel.js';
import { advance, ask } from '../../conversation/advance.js';
import type { Flow, FlowEnv, PhraseTexts, Saying } from '../../conversation/flow.js';
import { readReply } from '../../conversation/readReply.js';
import type { Scene } from '../cards/createScene.js';

/** Takes one update into a flow in a group: keeps the state, says what is to be said, gives what is meant. */
export function hearFlow<Draft, World, Intent>(
  scene: Scene,
  account: Ref,
  flow: Flow<Draft, World, Intent>,
  env: FlowEnv<World>,
  texts: PhraseTexts,
  dress: (saying: Saying) => Saying,
): Intent | undefined {
  const state = scene.flow(account);
  if (!state) return undefined;
  const heard = readReply(scene.incoming.event, ask(flow, state, env), texts, scene.lang);
  if (heard.kind !== 'reply') return undefined;
  const next = advance(flow, state, heard.reply, env);
  scene.setFlow(account, next.state);
  if (next.note === 'cancelled') scene.say({ key: 'board:cancelled' });
  else for (const saying of next.say) scene.sayFlow(next.state ? dress(saying) : saying);
  return next.intent;
}
