import { z } from 'zod';
import type { Flow } from '../../conversation/flow.js';
import { consentStep, introStep } from './askConsents.js';
import { contentStep, filesStep, suspectedStep } from './askContent.js';
import type { AskDraft, AskIntent, AskStep, AskWorld } from './askDraft.js';
import { summaryStep } from './askSummary.js';
import { placeStep, topicStep } from './askWhere.js';
import {
  addressStep,
  emailStep,
  hasProfile,
  kindStep,
  nameStep,
  organisationStep,
  phoneStep,
  profileStep,
} from './askWho.js';
import { joined } from './gather.js';

export type { AskDraft, AskIntent, AskWorld } from './askDraft.js';

const DAY_MS = 86_400_000;

/** After the consents: last time's details, when there are some and none were given yet. */
const afterConsents = (draft: AskDraft, world: AskWorld): string =>
  hasProfile(world) && draft.name === undefined ? 'profile' : 'kind';

const steps = {
  intro: introStep,
  record: consentStep('record', () => 'nameonair'),
  nameonair: consentStep('nameOnAir', (draft, world) =>
    world.subscribed ? afterConsents(draft, world) : 'reminders',
  ),
  reminders: consentStep('reminders', afterConsents),
  profile: profileStep,
  kind: kindStep,
  organisation: organisationStep,
  name: nameStep,
  place: placeStep,
  address: addressStep,
  email: emailStep,
  phone: phoneStep,
  topic: topicStep,
  content: contentStep,
  suspected: suspectedStep,
  files: filesStep,
  summary: summaryStep,
} satisfies Record<string, AskStep>;

/** Asking a question from the first word to 'send' (A1–A3). */
export const askFlow: Flow<AskDraft, AskWorld, AskIntent> = {
  name: 'ask',
  version: 1,
  first: 'intro',
  start: () => emptyAsk(),
  steps,
  summary: 'summary',
  finish,
  migrate: ({ step, draft }) => ({ step, draft: keepable(draft) }),
  rest: { remindAfterMs: DAY_MS, lapseAfterMs: 7 * DAY_MS },
};

/** A draft with nothing told yet, or with what was sent before asking began. */
export function emptyAsk(
  gathered: Pick<AskDraft, 'parts' | 'attachments'> = { parts: [], attachments: [] },
): AskDraft {
  return { consents: {}, parts: gathered.parts, attachments: gathered.attachments };
}

function finish(draft: AskDraft): AskIntent {
  if (draft.end) return { kind: draft.end };
  const { kind, name, place, address, organisation, email, phone, topic } = draft;
  // The summary lets nothing incomplete pass; were it so after all, asking ends without a record.
  if (!kind || !name || !place || !address || !topic) return { kind: 'stopped' };
  return {
    kind: 'submit',
    asker: {
      kind,
      name,
      place,
      address,
      ...(kind !== 'citizen' && organisation ? { organisation } : {}),
      ...(email ? { email } : {}),
      ...(phone ? { phone } : {}),
    },
    consents: Object.values(draft.consents),
    topic,
    content: joined(draft),
    attachments: draft.attachments,
  };
}

const text = z.string().optional().catch(undefined);
const attachment = z.object({
  channel: z.string(),
  fileRef: z.string(),
  kind: z.enum(['photo', 'document']),
  name: z.string().optional(),
  mime: z.string().optional(),
  size: z.number().optional(),
});
const consent = z
  .object({
    purpose: z.enum(['record', 'nameOnAir', 'reminders']),
    given: z.boolean(),
    textVersion: z.string(),
    at: z.date(),
  })
  .optional()
  .catch(undefined);

/** What an older version of the flow had gathered, field by field: what is no longer understood is asked again. */
const older = z.object({
  consents: z.object({ record: consent, nameOnAir: consent, reminders: consent }).catch({}),
  kind: z.enum(['citizen', 'business', 'organisation']).optional().catch(undefined),
  organisation: text,
  name: text,
  place: text,
  address: text,
  email: text,
  phone: text,
  topic: text,
  parts: z.array(z.string()).catch([]),
  attachments: z.array(attachment).catch([]),
  closed: z.boolean().optional().catch(undefined),
  suspected: z.enum(['complaint', 'denunciation']).optional().catch(undefined),
  warned: z.boolean().optional().catch(undefined),
});

function keepable(draft: unknown): AskDraft {
  const parsed = older.safeParse(draft);
  // Leaving out the keys without a value: a field is there or it is not. zod types them as 'or undefined'.
  return parsed.success
    ? (withoutUndefined({ ...parsed.data, consents: withoutUndefined(parsed.data.consents) }) as AskDraft)
    : emptyAsk();
}

function withoutUndefined<T extends object>(record: T): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
