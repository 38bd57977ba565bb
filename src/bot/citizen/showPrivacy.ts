import type { Phrase } from '../../conversation/flow.js';
import type { Consent } from '../../domain/question.js';
import { formatDateTime } from '../../domain/localDate.js';
import { lines, paragraphs } from '../phrases.js';
import { beginAt } from './flowDesk.js';
import { confirmDesk } from './desks.js';
import { tell, type Outcome, type Talk } from './talk.js';

const LATEST_CONSENTS = 6;

/** /privacy (A3): what is stored about the person, what for, and what may be asked for. */
export async function showPrivacy(talk: Talk): Promise<Outcome> {
  const { person, deps } = talk;
  const mine = await deps.services.ledger.ofPerson(person.id);
  const stored: Phrase[] = [
    { key: 'citizen:privacy.accounts', values: { accounts: person.accounts.length } },
    { key: person.profile ? 'citizen:privacy.profile' : 'citizen:privacy.noProfile' },
    { key: 'citizen:privacy.questions', values: { questions: mine.length } },
    { key: person.subscription ? 'citizen:privacy.subscribed' : 'citizen:privacy.notSubscribed' },
  ];
  const consents = person.consents.slice(-LATEST_CONSENTS).map(consentLine);
  return tell(talk, {
    phrase: paragraphs(
      { key: 'citizen:privacy.head' },
      lines({ key: 'citizen:privacy.storedHead' }, ...stored),
      ...(consents.length > 0 ? [lines({ key: 'citizen:privacy.consentsHead' }, ...consents)] : []),
      { key: 'citizen:privacy.rights' },
    ),
  });
}

function consentLine({ purpose, given, at }: Consent): Phrase {
  return {
    key: 'citizen:privacy.consent',
    values: {
      purpose: { key: `citizen:privacy.purpose.${purpose}` },
      given: { key: given ? 'common:yes.label' : 'common:no.label' },
      when: formatDateTime(at),
    },
  };
}

/** /mydata (A3): everything kept about the person, as a file. */
export async function sendMyData(talk: Talk): Promise<Outcome> {
  const copy = await talk.deps.services.people.copyOf(talk.person.id);
  const bytes = new TextEncoder().encode(`${JSON.stringify(copy, null, 2)}\n`);
  return tell(talk, {
    phrase: { key: 'citizen:myData' },
    attachment: { kind: 'file', name: 'my-data.json', mime: 'application/json', bytes },
  });
}

/** /forget (A3), after a confirmation. */
export function confirmForget(talk: Talk): Promise<Outcome> {
  return beginAt(talk, confirmDesk, { what: 'forget' });
}
