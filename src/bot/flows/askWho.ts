import { parseAddress, parseEmail, parseName, parsePhone } from '../../domain/contact.js';
import type { AskerKind } from '../../domain/question.js';
import {
  firstMissing,
  isLast,
  lastTime,
  plain,
  taken,
  textOf,
  wrong,
  WRONG_CHOICE,
  type AskDraft,
  type AskStep,
  type AskWorld,
} from './askDraft.js';

/** The platform's own card for sharing name and phone. */
const CONTACT = { title: { key: 'ask:contactCard.title' }, hint: { key: 'ask:contactCard.hint' } };
const KINDS: readonly AskerKind[] = ['citizen', 'business', 'organisation'];

/** Whether last time's details are enough to be offered as a whole. */
export function hasProfile({ profile }: AskWorld): boolean {
  return Boolean(profile?.kind && profile.name && profile.place);
}

/** Offers all details of last time at once. */
export const profileStep: AskStep = {
  ask(_draft, { world: { profile = {}, places } }) {
    const place = places.find(({ id }) => id === profile.place)?.name;
    const lines = [
      profile.organisation,
      profile.name,
      [profile.address, place].filter(Boolean).join(', '),
      profile.phone,
      profile.email,
    ];
    return {
      phrase: {
        key: 'ask:profile.question',
        values: { details: lines.flatMap((line) => (line ? [plain(line)] : [])) },
      },
      choices: [
        [{ value: 'same', label: { key: 'ask:profile.same' }, words: { key: 'common:yes.words' } }],
        [{ value: 'anew', label: { key: 'ask:profile.anew' }, words: { key: 'common:no.words' } }],
      ],
    };
  },
  take(reply, draft, { world }) {
    if (reply.kind !== 'choice') return WRONG_CHOICE;
    return taken(reply.value === 'same' ? withProfile(draft, world) : withoutDetails(draft));
  },
  next: (draft) => (draft.name === undefined ? 'kind' : (firstMissing(draft) ?? 'summary')),
};

function withProfile(draft: AskDraft, { profile = {}, places }: AskWorld): AskDraft {
  const { kind, organisation, name, place, address, email, phone } = profile;
  return {
    ...draft,
    ...(kind ? { kind } : {}),
    ...(organisation ? { organisation } : {}),
    ...(name ? { name } : {}),
    ...(place !== undefined && places.some(({ id }) => id === place) ? { place } : {}),
    ...(address ? { address } : {}),
    ...(email ? { email } : {}),
    ...(phone ? { phone } : {}),
  };
}

/** Everything is asked again, with last time's details on offer at each step. */
function withoutDetails(draft: AskDraft): AskDraft {
  const {
    kind: _k,
    organisation: _o,
    name: _n,
    place: _p,
    address: _a,
    email: _e,
    phone: _t,
    ...kept
  } = draft;
  return kept;
}

/** Who asks: citizen, business or organisation (A1). */
export const kindStep: AskStep = {
  ask: () => ({
    phrase: { key: 'ask:kind.question' },
    choices: KINDS.map((kind) => [{ value: kind, label: { key: `ask:kind.${kind}` } }]),
  }),
  take(reply, draft) {
    const kind = reply.kind === 'choice' ? KINDS.find((one) => one === reply.value) : undefined;
    if (!kind) return WRONG_CHOICE;
    // Chosen anew, the name of the organisation is asked anew too.
    const { organisation: _organisation, ...kept } = draft;
    return taken({ ...kept, kind });
  },
  next: (draft) => (draft.kind === 'citizen' ? 'name' : 'organisation'),
  missing: (draft) => !draft.kind,
};

export const organisationStep: AskStep = {
  ask: (draft, { world }) => ({
    phrase: { key: `ask:organisation.${draft.kind === 'business' ? 'business' : 'organisation'}` },
    choices: lastTime(world.profile?.organisation),
  }),
  take(reply, draft, { world }) {
    const text = isLast(reply) ? world.profile?.organisation : textOf(reply);
    if (text === undefined) return wrong('common:wrong.textOnly');
    const parsed = parseName(text);
    return parsed.ok ? taken({ ...draft, organisation: parsed.name }) : wrong(parsed.key);
  },
  next: () => 'name',
  missing: (draft) => draft.kind !== 'citizen' && !draft.organisation,
};

export const nameStep: AskStep = {
  ask: (draft, { world }) => ({
    phrase: { key: draft.kind === 'citizen' ? 'ask:name.citizen' : 'ask:name.contact' },
    choices: lastTime(world.profile?.name),
    contact: CONTACT,
  }),
  take(reply, draft, { world }) {
    const shared = reply.kind === 'contact' && reply.phone ? parsePhone(reply.phone) : undefined;
    if (reply.kind === 'contact' && !reply.name)
      return shared?.ok
        ? taken({ ...draft, phone: shared.e164 }, { key: 'ask:name.stillMissing' })
        : wrong('ask:name.notShared');
    const text = isLast(reply) ? world.profile?.name : textOf(reply, 'name');
    if (text === undefined) return wrong('common:wrong.textOnly');
    const parsed = parseName(text);
    if (!parsed.ok) return wrong(parsed.key);
    return taken({ ...draft, name: parsed.name, ...(shared?.ok ? { phone: shared.e164 } : {}) });
  },
  next: () => 'place',
  missing: (draft) => !draft.name,
};

export const addressStep: AskStep = {
  ask: (draft, { world }) => ({
    phrase: {
      key: 'ask:address',
      values: { place: world.places.find(({ id }) => id === draft.place)?.name ?? '' },
    },
    choices: lastTime(world.profile?.address),
  }),
  take(reply, draft, { world }) {
    const text = isLast(reply) ? world.profile?.address : textOf(reply);
    if (text === undefined) return wrong('common:wrong.textOnly');
    const parsed = parseAddress(text);
    return parsed.ok ? taken({ ...draft, address: parsed.address }) : wrong(parsed.key);
  },
  next: () => 'email',
  missing: (draft) => !draft.address,
};

export const emailStep: AskStep = {
  ask: (_draft, { world }) => ({ phrase: { key: 'ask:email' }, choices: lastTime(world.profile?.email) }),
  take(reply, draft, { world }) {
    const text = isLast(reply) ? world.profile?.email : textOf(reply);
    if (text === undefined) return wrong('common:wrong.textOnly');
    const parsed = parseEmail(text);
    return parsed.ok ? taken({ ...draft, email: parsed.email }) : wrong(parsed.key);
  },
  // Shared together with the name.
  next: (draft) => (draft.phone === undefined ? 'phone' : 'topic'),
  skip: ({ email: _email, ...draft }) => draft,
};

export const phoneStep: AskStep = {
  ask: (_draft, { world }) => ({
    phrase: { key: 'ask:phone' },
    choices: lastTime(world.profile?.phone),
    contact: CONTACT,
  }),
  take(reply, draft, { world }) {
    if (reply.kind === 'contact' && !reply.phone) return wrong('ask:phoneNotShared');
    const text = isLast(reply) ? world.profile?.phone : textOf(reply, 'phone');
    if (text === undefined) return wrong('common:wrong.textOnly');
    const parsed = parsePhone(text);
    return parsed.ok ? taken({ ...draft, phone: parsed.e164 }) : wrong(parsed.key);
  },
  next: () => 'topic',
  skip: ({ phone: _phone, ...draft }) => draft,
};
