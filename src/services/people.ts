import type { Clock } from '../clock.js';
import type { AuditStore } from '../store/audit.js';
import type { PeopleStore } from '../store/people.js';
import type { QuestionsStore } from '../store/questions.js';
import { createForget } from './forget.js';
import { refuse } from './refuse.js';
import { requireAdmin } from './requireAdmin.js';
import type { SearchIndex } from './searchIndex.js';
import type { Actor, PersonRecord, Services } from './services.js';

/** Proof that somebody ended the reminders by the command: there is no text that was shown. */
const BY_COMMAND = 'unsubscribe';

export type PeopleDeps = {
  people: PeopleStore;
  questions: QuestionsStore;
  audit: AuditStore;
  searchIndex: SearchIndex;
  clock: Clock;
  newId: () => string;
};

/** People, their accounts, consents, subscriptions and rights (A3, A7). */
export function createPeople(deps: PeopleDeps): Services['people'] {
  const { people, questions, audit, clock, newId } = deps;

  const of = async (account: string): Promise<PersonRecord> => {
    const known = await people.byAccount(account);
    if (known) return known;
    // Vietnamese until /language says otherwise (A7), whatever the language of the telephone. When another update
    // made the person meanwhile, this finds it.
    await people.add(newId(), account, 'vi');
    const made = await people.byAccount(account);
    if (!made) throw new Error('a person was made and is not there');
    return made;
  };

  const record = (what: string, person: string, by: Actor, cause: string): Promise<void> =>
    audit.add({ id: `${what}:${cause}`, at: clock.now(), by: by.account, what, subject: person });

  return {
    of: (account) => of(account),
    byId: people.byId,
    setLanguage: (person, language) => people.setLanguage(person, language),

    async consent(person, purpose, given, textVersion) {
      const last = (await people.byId(person))?.consents.findLast((consent) => consent.purpose === purpose);
      // The same word about the same text again, such as by a redelivered update, proves nothing new.
      if (last?.given === given && last.textVersion === textVersion) return;
      await people.addConsents(person, [{ purpose, given, textVersion, at: clock.now() }]);
    },

    subscribe: (person, topics, consent) => people.subscribe(person, { topics, since: clock.now() }, consent),
    unsubscribe: (person, cause = newId()) =>
      people.unsubscribe(
        person,
        { purpose: 'reminders', given: false, textVersion: BY_COMMAND, at: clock.now() },
        cause,
      ),

    async copyOf(id) {
      const person = await people.byId(id);
      if (!person) throw refuse('not-found');
      const asked = await questions.ofPerson(person.id);
      const ids = await people.idsOf(id);
      const record = (await Promise.all(ids.map((one) => audit.ofSubject(one)))).flat();
      return {
        madeAt: clock.now(),
        person,
        questions: asked.map(withoutMembers),
        record: record.map(({ by: _by, ...entry }) => entry),
      };
    },
    forget: createForget(deps),

    async block(account, by, reason, cause) {
      requireAdmin(by);
      const { id } = await of(account);
      await people.block(id, { by: by.account, at: clock.now(), reason });
      await record('asker-blocked', id, by, cause);
    },
    async unblock(account, by, cause) {
      requireAdmin(by);
      const { id } = await of(account);
      await people.unblock(id);
      await record('asker-unblocked', id, by, cause);
    },
  };
}

type Asked = Awaited<ReturnType<QuestionsStore['ofPerson']>>[number];

/** A copy for the asker: all about them, but not who of the board did what, which is about others. */
function withoutMembers({ assignee: _assignee, folded: _folded, events, ...question }: Asked): object {
  return { ...question, events: events.map(({ by: _by, byName: _byName, ...event }) => event) };
}
