import type { Ref } from '../channels/channel.js';
import type { Clock } from '../clock.js';
import type { AuditStore } from '../store/audit.js';
import type { MergeStore } from '../store/mergePeople.js';
import type { PeopleStore } from '../store/people.js';
import type { QuestionsStore } from '../store/questions.js';
import { byPerson } from './byPerson.js';
import type { CodeRefusal, LinkCodes } from './linkCodes.js';
import type { Lang, PersonRecord, Services } from './services.js';

/** How long a shown code is good. */
export const LINK_MS = 600_000;
/** What was under way when two became one may come in this long afterwards. */
const SETTLED_MS = 60_000;
const AT_ONCE = 200;
const MOST_ATTEMPTS = 20;

/** What comes of a typed code: the account that showed it, or why not (`own`: this very account showed it). */
export type LinkRead = { ok: true; other: Ref } | CodeRefusal | { ok: false; why: 'own' | 'same' };

export type LinkDeps = {
  people: PeopleStore;
  merges: MergeStore;
  questions: QuestionsStore;
  audit: AuditStore;
  linkCodes: LinkCodes;
  clock: Clock;
  newId: () => string;
};

/**
 * One person on several platforms (A3, A4): accounts, questions, subscription and proofs of consent of both under
 * one, whichever of the two showed the code. A merge is decided by one write and then carried out in steps that can
 * be repeated: by the same update again, or by the tick (`settle`).
 */
export function createLinks(deps: LinkDeps): Services['links'] & { settle: () => Promise<void> } {
  const { people, merges, questions, audit, linkCodes, clock, newId } = deps;

  const personOf = async (account: Ref): Promise<PersonRecord> => {
    const known = await people.byAccount(account);
    if (known) return known;
    await people.add(newId(), account, 'vi');
    const made = await people.byAccount(account);
    if (!made) throw new Error('a person was made and is not there');
    return made;
  };

  const read = async (account: Ref, typed: string, cause: string) => {
    const found = await linkCodes.read(account, typed, 'link', cause);
    if (!found.ok) return found;
    const { code, subject, usedBy } = found.code;
    if (subject === account) return { ok: false, why: 'own' } as const;
    const [mine, theirs] = [await personOf(account), await personOf(subject)];
    // One's own use of the code is carried on; otherwise there is nothing to link.
    if (mine.id === theirs.id && !usedBy) return { ok: false, why: 'same' } as const;
    return { ok: true, code, other: subject, mine, theirs } as const;
  };

  /** What belongs to a person that is marked goes where the mark leads. */
  const carryOut = async (part: string, language?: Lang): Promise<void> => {
    const whole = await merges.absorb(part, language);
    await questions.moveAsker(part, whole);
    await merges.empty(part);
    await audit.add({
      id: `linked:${part}`,
      at: clock.now(),
      by: byPerson(whole),
      what: 'accounts-linked',
      subject: whole,
      details: { part },
    });
  };

  /** Always the later id into the earlier: codes typed in both directions at once agree, and no circle comes about. */
  const unite = async (account: Ref, other: Ref): Promise<void> => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const [mine, theirs] = [await personOf(account), await personOf(other)];
      if (mine.id === theirs.id) return;
      const [whole, part] = mine.id < theirs.id ? [mine, theirs] : [theirs, mine];
      if (await merges.mark(part.id, whole.id, clock.now())) return carryOut(part.id, mine.language);
    }
    throw new Error('people are linked by too many at once');
  };

  const settle = async (): Promise<void> => {
    const now = clock.now();
    for (const { id, since } of await merges.merging(now, AT_ONCE)) {
      await carryOut(id);
      if (now.getTime() - since.getTime() > SETTLED_MS) await merges.over(id);
    }
  };

  return {
    async offer(account, cause) {
      const kept = { purpose: 'link' as const, subject: account, by: account, byName: '', cause };
      const { code, expireAt } = await linkCodes.make(kept, LINK_MS);
      return { code, until: expireAt };
    },

    async check(account, typed, cause) {
      const found = await read(account, typed, cause);
      return found.ok ? { ok: true, other: found.other } : found;
    },

    async join(account, typed, cause) {
      const found = await read(account, typed, cause);
      if (!found.ok) return found;
      if (!(await linkCodes.use(found.code, account, cause))) return { ok: false, why: 'wrong' };
      await unite(account, found.other);
      // An earlier run may have stopped between the mark and the end.
      await settle();
      return { ok: true, other: found.other };
    },

    async leave(account, cause) {
      const id = `unlinked:${cause}`;
      if (await audit.get(id)) return 'done';
      const person = await personOf(account);
      if (person.accounts.every((one) => one === account)) return 'alone';
      if (person.blocked) return 'blocked';
      await merges.release(person.id, account);
      await people.add(newId(), account, person.language);
      await audit.add({
        id,
        at: clock.now(),
        by: byPerson(person.id),
        what: 'account-unlinked',
        subject: person.id,
      });
      return 'done';
    },

    settle,
  };
}
