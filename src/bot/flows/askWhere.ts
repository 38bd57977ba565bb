import { inRows } from '../../conversation/fit.js';
import type { Choice } from '../../conversation/flow.js';
import { findPlaces, type Place } from '../../domain/places.js';
import { fold } from '../../domain/text.js';
import { taken, textOf, wrong, WRONG_CHOICE, type AskStep } from './askDraft.js';

const LONGEST_SEARCH = 60;

const placeChoice = (place: Place): Choice => ({ value: place.id, label: { plain: place.name } });

/** The commune, ward or special zone: from the pages of the list, or by typing part of its name, old or new. */
export const placeStep: AskStep = {
  ask(draft, { world: { places, profile } }) {
    if (draft.placeSearch !== undefined) {
      const found = findPlaces(places, draft.placeSearch).map(placeChoice);
      const all: Choice = { value: 'all', label: { key: 'ask:place.all' } };
      return {
        phrase: { key: 'ask:place.found', values: { words: draft.placeSearch } },
        choices: inRows([...found.slice(0, 11), all], 2),
      };
    }
    const last = places.filter(({ id }) => id === profile?.place);
    const others = places.filter(({ id }) => id !== profile?.place);
    return {
      phrase: { key: 'ask:place.question' },
      choices: inRows([...last, ...others].map(placeChoice), 2),
    };
  },
  take(reply, draft, { world: { places } }) {
    const { placeSearch: _search, ...kept } = draft;
    if (reply.kind === 'choice') {
      if (reply.value === 'all') return taken(kept, 'ask');
      return places.some(({ id }) => id === reply.value)
        ? taken({ ...kept, place: reply.value })
        : WRONG_CHOICE;
    }
    const text = textOf(reply);
    if (text === undefined) return wrong('common:wrong.textOnly');
    const words = [...text].slice(0, LONGEST_SEARCH).join('');
    const found = findPlaces(places, words);
    const only = found.length === 1 ? found[0] : undefined;
    if (only) return taken({ ...kept, place: only.id });
    return found.length === 0
      ? wrong('ask:place.notFound', { words })
      : taken({ ...kept, placeSearch: words }, 'ask');
  },
  next: () => 'address',
  missing: (draft) => !draft.place,
};

/** The topic of the question, by button or by typing part of its name. */
export const topicStep: AskStep = {
  ask: (_draft, { world: { topics, lang } }) => ({
    phrase: { key: 'ask:topic.question' },
    choices: inRows(
      topics.map((topic): Choice => ({ value: topic.id, label: { plain: topic.name[lang] } })),
      2,
    ),
  }),
  take(reply, draft, { world: { topics } }) {
    if (reply.kind === 'choice') return taken({ ...draft, topic: reply.value });
    const text = textOf(reply);
    if (text === undefined) return wrong('common:wrong.textOnly');
    const words = fold(text);
    const begins = topics.filter(
      ({ name }) => fold(name.vi).startsWith(words) || fold(name.en).startsWith(words),
    );
    const holds = topics.filter(({ name }) => fold(name.vi).includes(words) || fold(name.en).includes(words));
    const only = begins.length === 1 ? begins[0] : holds.length === 1 ? holds[0] : undefined;
    return only ? taken({ ...draft, topic: only.id }) : WRONG_CHOICE;
  },
  next: () => 'content',
  missing: (draft) => !draft.topic,
};
