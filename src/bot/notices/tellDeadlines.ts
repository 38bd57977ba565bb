import type { Phrase } from '../../conversation/flow.js';
import { formatDate } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import type { Announce, Due } from '../../services/services.js';
import { type CardPainter, cardSlot } from '../cards/createCardPainter.js';
import { shortDates } from '../cards/dueLines.js';
import type { Show } from '../turn.js';
import type { NoticeDeps, Teller } from './createTeller.js';
import { withMention } from './tellBoard.js';

const CODES_LISTED = 40;

/** What the board hears of the three working days (C3): the eve, the delay, the daily digest, a changed calendar. */
export function tellDeadlines(
  teller: Teller,
  painter: CardPainter,
  deps: NoticeDeps,
): Pick<Announce, 'dueSoon' | 'overdue' | 'digest' | 'calendarChanged'> {
  const remind = async (what: 'dueSoon' | 'overdue', question: Question, due: Due): Promise<void> => {
    const chat = await deps.lookups().settings.boardChat();
    if (chat === undefined) return;
    const { code } = question;
    const counted = due.days.filter((day) => day.counted !== null).map((day) => day.date);
    const said: Phrase = {
      key: `notices:board.${what}`,
      values: {
        code,
        date: shortDates([due.dueDate]),
        days: shortDates(counted),
        n: counted.length,
        stage: { key: `cards:stage.${question.stage}` },
      },
    };
    const cause = `${what}:${code}:${due.dueDate}`;
    const card = teller.redraws(chat)
      ? [await painter.question(question, chat, await deps.languageOf(chat))]
      : [];
    await deps.enqueue([
      await teller.toChat(chat, `${cause}:${chat}`, {
        phrase: withMention(said, question),
        buttons: [{ title: { key: 'cards:button.show' }, data: { action: 'show', code } }],
      }),
      ...card.map((drawn) => teller.card(chat, `${cause}:card:${chat}`, cardSlot(code), drawn)),
    ]);
  };

  return {
    dueSoon: (question, due) => remind('dueSoon', question, due),
    overdue: (question, due) => remind('overdue', question, due),
    async digest(date, open, overdue, totals) {
      const chat = await deps.lookups().settings.boardChat();
      if (chat === undefined) return;
      await deps.enqueue([
        await teller.toChat(chat, `digest:${date}:${chat}`, {
          phrase: digestPhrase(date, open, overdue, totals),
          ...(open.length > 0
            ? { buttons: [{ title: { key: 'board:button.queue' }, data: { action: 'queue', arg: '1' } }] }
            : {}),
        }),
      ]);
    },
    async calendarChanged(recomputed, by, change) {
      const chat = await deps.lookups().settings.boardChat();
      if (chat === undefined) return;
      const lang = await deps.languageOf(chat);
      const cause = `calendar:${change}`;
      const shows: Show[] = [
        await teller.toChat(chat, `${cause}:${chat}`, {
          phrase: calendarPhrase(recomputed, by.name),
        }),
      ];
      // Many at once and no hurry: they go behind what somebody waits for.
      for (const question of teller.redraws(chat) ? recomputed : [])
        shows.push(
          teller.card(
            chat,
            `${cause}:card:${question.code}`,
            cardSlot(question.code),
            await painter.question(question, chat, lang),
            'broadcast',
          ),
        );
      await deps.enqueue(shows);
    },
  };
}

function digestPhrase(
  date: string,
  open: readonly Question[],
  overdue: readonly string[],
  totals: { open: number; overdue: number },
): Phrase {
  if (open.length === 0) return { key: 'notices:board.digestNone', values: { date: formatDate(date) } };
  const line = (question: Question): Phrase => ({
    key: overdue.includes(question.code) ? 'notices:board.digestLate' : 'notices:board.digestLine',
    values: {
      code: question.code,
      stage: { key: `cards:stage.${question.stage}` },
      date: formatDate(question.dueAt).slice(0, 5),
    },
  });
  const lines = open.slice(0, CODES_LISTED).map(line);
  if (totals.open > CODES_LISTED)
    lines.push({ key: 'notices:board.digestMore', values: { n: totals.open - CODES_LISTED } });
  return {
    key: 'notices:board.digest',
    values: { date: formatDate(date), ...totals, lines },
  };
}

function calendarPhrase(recomputed: readonly Question[], name: string): Phrase {
  if (recomputed.length === 0) return { key: 'notices:board.calendarSame', values: { name } };
  const lines: Phrase[] = recomputed.slice(0, CODES_LISTED).map((question) => ({
    key: 'notices:board.calendarLine',
    values: { code: question.code, date: formatDate(question.dueAt) },
  }));
  if (recomputed.length > CODES_LISTED)
    lines.push({ key: 'notices:board.digestMore', values: { n: recomputed.length - CODES_LISTED } });
  return { key: 'notices:board.calendarChanged', values: { name, n: recomputed.length, lines } };
}
