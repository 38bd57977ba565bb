import { randomInt } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Ref } from '../channels/channel.js';
import type { Clock } from '../clock.js';
import { localDate, startOfLocalDay } from '../domain/localDate.js';
import type { Log } from '../log.js';
import { createAuditStore } from '../store/audit.js';
import { createLinkCodesStore } from '../store/linkCodes.js';
import { createMembersStore } from '../store/members.js';
import { createMergeStore } from '../store/mergePeople.js';
import { createPeopleStore } from '../store/people.js';
import { createProgressStore } from '../store/progress.js';
import { createQuestionsStore } from '../store/questions.js';
import { createSettingsStore } from '../store/settings.js';
import { createWordsStore } from '../store/words.js';
import { createAct } from './act.js';
import { createLedger } from './ledger.js';
import { createLinks } from './link.js';
import { createLinkCodes } from './linkCodes.js';
import { createMembers, type AskMembership } from './members.js';
import { createPeople } from './people.js';
import { createProgramme } from './programme.js';
import { createRecount } from './recount.js';
import { createSearchIndex } from './searchIndex.js';
import type { Announce, Services } from './services.js';
import { createSettings } from './settings.js';
import { createSettingsCache } from './settingsCache.js';
import { createSubmit } from './submit.js';
import { createUnitChats } from './unitChats.js';
import { createWatch } from './watch.js';

export type ServicesOptions = {
  connection: Connection;
  clock: Clock;
  newId: () => string;
  announce: Announce;
  config: { admins: readonly Ref[]; boardChat?: Ref; limits: { questionsPerDay: number } };
  /** Asks the platform whether the account is in the chat; undefined: it does not answer. */
  askMembership: AskMembership;
  /** 0 to `below` − 1, for codes that nobody may guess; the system's own unless told. */
  randomInt?: (below: number) => number;
  log: Log;
};

/** Puts the use cases together on one connection. `ensureIndexes` is to run before the first of them. */
export function createServices(options: ServicesOptions): Services & { ensureIndexes(): Promise<void> } {
  const { connection, clock, config } = options;
  const stores = {
    questions: createQuestionsStore(connection),
    people: createPeopleStore(connection),
    members: createMembersStore(connection),
    audit: createAuditStore(connection),
    progress: createProgressStore(connection),
    words: createWordsStore(connection),
    merges: createMergeStore(connection),
    codes: createLinkCodesStore(connection),
  };
  const settings = createSettingsCache({
    store: createSettingsStore(connection),
    audit: stores.audit,
    clock,
  });
  const searchIndex = createSearchIndex(stores);
  const deps = { ...options, ...stores, settings, searchIndex };
  const act = createAct(deps);
  const recount = createRecount(deps);
  const members = createMembers(deps);
  const linkCodes = createLinkCodes({
    ...deps,
    randomInt: options.randomInt ?? ((below) => randomInt(below)),
  });
  const { settle, ...links } = createLinks({ ...deps, linkCodes });
  const watch = createWatch({ ...deps, act, recount });

  return {
    people: createPeople(deps),
    submit: createSubmit(deps),
    async mayAsk(person) {
      const limit = (await settings.read()).values.questionsPerDay ?? config.limits.questionsPerDay;
      const today = startOfLocalDay(localDate(clock.now()));
      const asked = await stores.questions.countOfPerson(person, today);
      return asked < limit ? { ok: true } : { ok: false, limit };
    },
    act,
    ledger: createLedger(deps),
    members,
    settings: createSettings({ ...deps, recount }),
    programme: createProgramme({ ...deps, act }),
    auditOf: stores.audit.ofSubject,
    links,
    unitChats: createUnitChats({ ...deps, members, linkCodes }),
    async tick() {
      try {
        await settle();
      } finally {
        await watch();
      }
    },
    async ensureIndexes() {
      const { questions, people, members: groups, audit, words, codes } = stores;
      for (const store of [questions, people, groups, audit, words, codes]) await store.ensureIndexes();
    },
  };
}
