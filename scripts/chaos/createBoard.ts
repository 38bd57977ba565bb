import { readCardData } from '../../src/bot/cards/cardData.js';
import type { GroupHandle, UserHandle } from '../../simulator/telegram/createActors.js';
import type { ShownMessage } from '../../simulator/telegram/showMessage.js';
import type { TelegramSimulator } from '../../simulator/telegram/startTelegramSimulator.js';
import { readMessage } from './readMessage.js';

/** How far the board came with a question. */
const STAGES = ['approve', 'route', 'pick', 'accept', 'done'] as const;
type Stage = (typeof STAGES)[number];

/**
 * The members of the board: two press 'approve' on the same card at the same moment, one asks for the units, two pick
 * one (often not the same), and two accept the unit's answer. A card that is drawn or shown again changes nothing.
 */
export function createBoard(
  sim: TelegramSimulator,
  options: {
    group: GroupHandle;
    members: readonly UserHandle[];
    units: ReadonlySet<string>;
    pause: () => number;
  },
): void {
  const { group, members, units, pause } = options;
  const stages = new Map<string, Stage>();
  let turn = 0;

  /** Takes a question from one stage to the next; false when it is somewhere else. */
  const moves = (code: string, from: Stage): boolean => {
    if ((stages.get(code) ?? 'approve') !== from) return false;
    stages.set(code, STAGES[STAGES.indexOf(from) + 1] ?? 'done');
    return true;
  };
  const press = (by: UserHandle, message: ShownMessage, data: string): void =>
    void group.as(by).presses((button) => button.callback_data === data, message.messageId);
  const pressTogether = (message: ShownMessage, data: readonly string[]): void =>
    void setTimeout(() => {
      for (const one of data) {
        const by = members[turn++ % members.length];
        if (by) press(by, message, one);
      }
    }, pause());

  const hear = (message: ShownMessage): void => {
    if (message.chatId !== group.id || !message.fromBot) return;
    const { cardOf, code } = readMessage(message);
    const data = message.buttons.flat().flatMap((button) => button.callback_data ?? []);
    if (cardOf !== undefined) {
      const [approve, route] = [`approve|${cardOf}`, `route|${cardOf}`];
      if (data.includes(approve) && moves(cardOf, 'approve')) pressTogether(message, [approve, approve]);
      else if (data.includes(route) && moves(cardOf, 'route')) pressTogether(message, [route]);
      return;
    }
    if (code === undefined) return;
    const picks = data.filter((one) => {
      const card = readCardData(one);
      return card?.action === 'route' && card.list !== undefined && units.has(card.arg ?? '');
    });
    const [first, second = first] = picks;
    if (first !== undefined && second !== undefined && moves(code, 'pick'))
      return pressTogether(message, [first, second]);
    const accept = data.find((one) => one.startsWith(`acceptAnswer|${code}|`));
    if (accept !== undefined && moves(code, 'accept')) pressTogether(message, [accept, accept]);
  };
  sim.on('message', hear);
  sim.on('edited', hear);
}
