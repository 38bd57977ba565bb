import type { Phrase } from '../../conversation/flow.js';
import { formatDate } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import { excerpt } from '../flows/askContent.js';
import { paragraphs } from '../phrases.js';
import { tell, type Outcome, type PhraseButton, type Talk } from './talk.js';

const PER_PAGE = 5;
const WAYS = 2; // previous and next

/** /myquestions (A4): the person's questions, newest first, a page at a time, each with a button to its status. */
export async function showMyQuestions(talk: Talk, page: number): Promise<Outcome> {
  const mine = await talk.deps.services.ledger.ofPerson(talk.person.id);
  if (mine.length === 0) return tell(talk, { phrase: { key: 'citizen:mine.none' } });
  const { maxButtons } = talk.deps.capabilitiesOf(talk.chat.ref);
  const perPage = Math.max(1, Math.min(PER_PAGE, maxButtons - WAYS));
  const size = maxButtons > WAYS ? perPage : PER_PAGE;
  const pages = Math.ceil(mine.length / size);
  const index = Math.min(Math.max(page, 0), pages - 1);
  const shown = mine.slice(index * size, (index + 1) * size);
  const turns: PhraseButton[] = [
    ...(index > 0 ? [{ title: { key: 'common:nav.previous.label' }, data: `mine|${index - 1}` }] : []),
    ...(index < pages - 1 ? [{ title: { key: 'common:nav.next.label' }, data: `mine|${index + 1}` }] : []),
  ];
  return tell(talk, {
    phrase: paragraphs(
      { key: 'citizen:mine.head', values: { total: mine.length, page: index + 1, pages } },
      ...shown.map(lineOf),
      { key: pages > 1 ? 'citizen:mine.howPages' : 'citizen:mine.how' },
    ),
    buttons: [...shown.map(({ code }) => [{ title: { plain: code }, data: `status|${code}` }]), turns],
    ...(talk.incoming.event.kind === 'press'
      ? { slot: `mine:${talk.incoming.event.messageId ?? talk.incoming.id}` }
      : {}),
  });
}

function lineOf(question: Question): Phrase {
  return {
    key: 'citizen:mine.line',
    values: {
      code: question.code,
      date: formatDate(question.receivedAt),
      stage: { key: `common:stage.${question.stage}` },
      text: excerpt(question.content, 80),
    },
  };
}
