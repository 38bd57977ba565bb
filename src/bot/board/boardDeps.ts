import type { Capabilities, Ref } from '../../channels/channel.js';
import type { Clock } from '../../clock.js';
import type { Actor, Lang, Services } from '../../services/services.js';
import type { CardPainter } from '../cards/createCardPainter.js';
import type { Scene } from '../cards/createScene.js';
import type { Texts } from '../texts.js';

/** What the groups' side of the bot is made with. */
export type BoardDeps = {
  services: Services;
  texts: Texts;
  clock: Pick<Clock, 'now'>;
  capabilitiesOf: (channel: string) => Capabilities;
  placeName: (id: string) => string | undefined;
  /** Whether a private chat with this account was opened, so that something can be sent to it. */
  canReach: (account: Ref) => Promise<boolean>;
  /** How many messages wait until their recipient writes (a closed window), for /stats. */
  parked?: () => number | Promise<number>;
};

/** One update of a known board member, while it is worked on. */
export type BoardTurn = {
  deps: BoardDeps;
  painter: CardPainter;
  scene: Scene;
  actor: Actor;
  lang: Lang;
};
