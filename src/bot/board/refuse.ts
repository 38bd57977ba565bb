import type { Incoming, Person } from '../../channels/channel.js';
import { DomainError } from '../../domain/errors.js';
import { type CardPainter, cardSlot } from '../cards/createCardPainter.js';
import type { Scene } from '../cards/createScene.js';
import { errorPhrase } from '../cards/errorPhrase.js';
import type { BoardDeps } from './boardDeps.js';

/** Somebody without rights here: told, recorded, and no longer in the middle of anything (C2). */
export async function refuse(
  deps: Pick<BoardDeps, 'services'>,
  scene: Scene,
  from: Person,
  what: string,
): Promise<void> {
  if (scene.incoming.chatKind === 'group') scene.setFlow(from.ref, null);
  await deps.services.members.refused(from.ref, what, scene.incoming.id);
  if (scene.incoming.event.kind === 'press') scene.toast({ key: 'errors:not-a-member' }, true);
  else scene.say({ key: 'errors:not-a-member' });
}

/** What was tried, for the record; no text of anybody. */
export function nameOf(incoming: Incoming): string {
  const { event } = incoming;
  if (event.kind === 'press') return `press ${event.data.slice(0, 64)}`;
  return event.kind === 'command' ? `/${event.name}` : event.kind;
}

/**
 * Runs `work`; a broken rule is told to the one who pressed, with who decided, and the card is drawn anew. That
 * somebody may not do this at all is recorded.
 */
export async function toldWhenRefused(
  deps: BoardDeps,
  painter: CardPainter,
  scene: Scene,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code } = error.fields;
    const question = typeof code === 'string' ? await deps.services.ledger.byCode(code) : undefined;
    const [units, topics] = await Promise.all([
      deps.services.settings.units(),
      deps.services.settings.topics(),
    ]);
    const phrase = errorPhrase(error, question, { units, topics, lang: scene.lang });
    const { event, from, chat, id } = scene.incoming;
    if (event.kind === 'press') scene.toast(phrase, true);
    else scene.say(phrase);
    if (error.code === 'not-allowed' && from)
      await deps.services.members.refused(from.ref, nameOf(scene.incoming), id);
    const isBoard = chat === (await deps.services.settings.boardChat());
    if (error.code === 'wrong-stage' && question && isBoard)
      scene.show(await painter.question(question, chat, scene.lang), { slot: cardSlot(question.code) });
  }
}
