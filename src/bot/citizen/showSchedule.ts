import type { Phrase } from '../../conversation/flow.js';
import type { Question } from '../../domain/question.js';
import type { Airing } from '../../domain/schedule.js';
import { maskPersonal } from '../cards/maskPersonal.js';
import { excerpt } from '../flows/askContent.js';
import { lines, paragraphs, timeInWords } from '../phrases.js';
import { tell, type Outcome, type Talk } from './talk.js';

const EXCERPT = 160;

/** /schedule (A7): the next episode with its airings, reruns and questions. */
export async function showSchedule(talk: Talk): Promise<Outcome> {
  const next = await talk.deps.services.programme.nextEpisode();
  if (!next) return tell(talk, { phrase: { key: 'citizen:schedule.none' } });
  const { airings, questions } = next;
  const list: Phrase =
    questions.length === 0
      ? { key: 'citizen:schedule.noQuestions' }
      : lines({ key: 'citizen:schedule.questions' }, ...questions.map(questionLine));
  return tell(talk, {
    phrase: paragraphs(lines({ key: 'citizen:schedule.head' }, ...airings.map(airingLine)), list),
    ...(talk.person.subscription
      ? {}
      : { buttons: [[{ title: { key: 'citizen:button.subscribe' }, data: 'go|subscribe' }]] }),
  });
}

function airingLine({ at, channel, rerun }: Airing): Phrase {
  return {
    key: rerun ? 'citizen:schedule.rerun' : 'citizen:schedule.first',
    values: { when: timeInWords(at), channel },
  };
}

/** What everybody may read of a question: its words without the asker's details. */
function questionLine(question: Question): Phrase {
  return {
    key: 'citizen:schedule.question',
    values: { text: excerpt(maskPersonal(question.content, question.asker), EXCERPT) },
  };
}
