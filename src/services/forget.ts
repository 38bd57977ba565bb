import type { Asker, Question } from '../domain/question.js';
import { byPerson } from './byPerson.js';
import type { PeopleDeps } from './people.js';
import type { Services } from './services.js';

/** Stands for the name of an asker who was forgotten; the same in every language. */
export const FORGOTTEN_NAME = '—';

const MOST_ATTEMPTS = 20;

/**
 * Forgets a person (A3): profile, subscription, accounts go; their questions stay in the ledger without name,
 * address, e-mail, phone and attachments. What was done is recorded. A repeat with the same cause, or for somebody
 * forgotten before, changes nothing.
 */
export function createForget({
  people,
  questions,
  searchIndex,
  audit,
  clock,
}: PeopleDeps): Services['people']['forget'] {
  const pseudonymise = async (first: Question): Promise<void> => {
    let question: Question | undefined = first;
    for (let attempt = 0; question && attempt < MOST_ATTEMPTS; attempt++) {
      const asker = withoutDetails(question.asker);
      const set = { asker, attachments: [] };
      if (await questions.change(question.code, question.version, { set, unset: [] })) return;
      question = await questions.byCode(question.code);
    }
    throw new Error(`${first.code} is changed by too many at once`);
  };

  return async (person, cause) => {
    const id = `forgot:${cause}`;
    const done = (await audit.get(id))?.details?.['questions'];
    if (typeof done === 'number') return { questionsPseudonymised: done };
    const asked = await questions.ofPerson(person);
    for (const question of asked) {
      if (question.asker.name !== FORGOTTEN_NAME) await pseudonymise(question);
      await searchIndex.refresh(question.code);
    }
    await people.forget(person, clock.now());
    const details = { questions: asked.length };
    await audit.add({
      id,
      at: clock.now(),
      by: byPerson(person),
      what: 'person-forgotten',
      subject: person,
      details,
    });
    return { questionsPseudonymised: asked.length };
  };
}

function withoutDetails({ person, kind, place }: Asker): Asker {
  return { person, kind, place, name: FORGOTTEN_NAME, address: '' };
}
