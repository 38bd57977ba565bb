import type { Question } from '../../domain/question.js';
import type { Announce } from '../../services/services.js';
import { createCardPainter } from '../cards/createCardPainter.js';
import { tellAirings } from './tellAirings.js';
import { tellAsker } from './tellAsker.js';
import { tellBoard } from './tellBoard.js';
import { tellDeadlines } from './tellDeadlines.js';
import { createTeller, type NoticeDeps } from './createTeller.js';
import { tellUnit } from './tellUnit.js';

/**
 * Who hears of what the services did, in each one's language (A4, C3, C4, D4). Ids follow from the event and the
 * chat, so a repeat shows nothing twice. Cards are drawn from the question as it is now, not as it was at the
 * event: of two members at once, the later drawing never shows the earlier state.
 */
export function createAnnounce(deps: NoticeDeps): Announce {
  const teller = createTeller(deps);
  const painter = createCardPainter(deps);

  const newest = async (question: Question): Promise<Question> =>
    (await deps.lookups().ledger.byCode(question.code)) ?? question;

  return {
    async questionChanged(question, event) {
      const current = await newest(question);
      const shows = await Promise.all([
        tellBoard(teller, painter, current, event),
        tellUnit(teller, painter, current, event),
        tellAsker(teller, question, event),
      ]);
      await deps.enqueue(shows.flat());
    },
    ...tellDeadlines(teller, painter, deps),
    ...tellAirings(teller, deps),
    async alert(code, fields, cause) {
      const admins = (await deps.lookups().members.list()).filter(
        (member) => member.present && member.roles.includes('admin'),
      );
      const details = Object.entries(fields).map(([name, value]) => ({
        key: 'notices:alertField',
        values: { name, value },
      }));
      const shows = await Promise.all(
        admins.map(({ account }) =>
          teller.toChat(account, `alert:${cause}:${code}:${account}`, {
            phrase: {
              key: details.length > 0 ? 'notices:alertWithFields' : 'notices:alert',
              values: { code, details },
            },
          }),
        ),
      );
      await deps.enqueue(shows);
    },
  };
}
