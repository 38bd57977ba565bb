import { localDate } from '../domain/localDate.js';
import type { Action, Question, QuestionEvent } from '../domain/question.js';
import { suspect } from '../domain/suspicion.js';
import { fold, normalize, textLength } from '../domain/text.js';
import { episodeById } from './episodes.js';
import { refuse, type ErrorCode } from './refuse.js';
import type { ActionDetails, Actor } from './services.js';
import type { Snapshot } from './settingKinds.js';

/** What an action looks at; the guard has let it pass already. */
type Context = {
  question: Question;
  details: ActionDetails;
  by: Actor;
  now: Date;
  settings: Snapshot;
  find: (code: string) => Promise<Question | undefined>;
};

/** What an action does beside the stage, and what its event tells. */
export type Effect = {
  set: Partial<Question>;
  unset?: (keyof Question)[];
  event: Pick<QuestionEvent, 'text' | 'unit' | 'topic' | 'episode'>;
};

const LONGEST_TEXT = 3_500;
const LONGEST_ANSWER = 20_000;

/**
 * For each action: what it needs (else DomainError reason-missing, text-missing, text-too-long, unknown-unit, …) and
 * what it changes.
 */
export const ACTION_RULES: Record<Action, (context: Context) => Effect | Promise<Effect>> = {
  approve: optionalText,
  reject: reason,
  askMore: ({ question, details, now }) => ({
    set: { pauses: [...question.pauses, { from: now }] },
    event: { text: required(details, 'text-missing') },
  }),
  clarify,
  verify: () => ({ set: { verified: true }, event: {} }),
  setTopic({ details, settings }) {
    const topic = settings.topics.find(({ id, hidden }) => id === details.topic && !hidden);
    if (!topic) throw refuse('unknown-topic', { topic: details.topic ?? '' });
    return { set: { topic: topic.id }, event: { topic: topic.id } };
  },
  route,
  note: text,
  takeOver: ({ by }) => ({ set: { assignee: by.account }, event: {} }),
  revealContact: () => ({ set: {}, event: {} }),
  answer,
  handBack: (context) => ({
    ...reason(context),
    unset: ['unit'],
    event: { ...reason(context).event, ...unitOf(context) },
  }),
  reportDifficulty: (context) => ({ set: {}, event: { ...text(context).event, ...unitOf(context) } }),
  acceptAnswer({ question, now }) {
    if (!question.answer) throw refuse('text-missing');
    return {
      set: { answer: { ...question.answer, acceptedAt: now } },
      event: { unit: question.answer.unit },
    };
  },
  returnAnswer: (context) => ({
    ...reason(context),
    unset: ['answer'],
    event: { ...reason(context).event, ...unitOf(context) },
  }),
  choose,
  unchoose: ({ question }) => ({
    set: { episodeTrack: 'none' },
    unset: ['episode'],
    event: episodeOf(question),
  }),
  air: ({ question }) => ({ set: { episodeTrack: 'aired' }, event: episodeOf(question) }),
  withdraw: optionalText,
  join,
  reopen(context) {
    if (context.question.events.some((event) => event.action === 'reopen')) throw refuse('reopened-before');
    return reason(context);
  },
};

/** The text of the details, cleaned; refused with `missing` when there is none. */
function required(details: ActionDetails, missing: ErrorCode, limit = LONGEST_TEXT): string {
  const said = normalize(details.text ?? '');
  if (said === '') throw refuse(missing);
  if (textLength(said) > limit) throw refuse('text-too-long', { limit });
  return said;
}

function reason({ details }: Context): Effect {
  return { set: {}, event: { text: required(details, 'reason-missing') } };
}

function text({ details }: Context): Effect {
  return { set: {}, event: { text: required(details, 'text-missing') } };
}

function optionalText({ details }: Context): Effect {
  return { set: {}, event: details.text ? { text: required(details, 'text-missing') } : {} };
}

const unitOf = ({ question }: Context): { unit?: string } =>
  question.unit === undefined ? {} : { unit: question.unit };

const episodeOf = ({ episode }: Question): { episode?: string } => (episode === undefined ? {} : { episode });

/** The asker's further words join the content, so that the unit reads and a search finds them. */
function clarify({ question, details }: Context): Effect {
  const attachments = details.attachments ?? [];
  const said = attachments.length > 0 && !details.text ? '' : required(details, 'text-missing');
  const content = said === '' ? question.content : `${question.content}\n\n${said}`;
  const suspected = question.suspected ?? suspect(content);
  return {
    set: {
      content,
      folded: fold(content),
      attachments: [...question.attachments, ...attachments],
      ...(suspected ? { suspected } : {}),
    },
    event: said === '' ? {} : { text: said },
  };
}

/** To a unit that exists today. The first hand-over meets the deadline for good (C3). */
function route({ question, details, settings, now }: Context): Effect {
  const unit = settings.units.find(({ id }) => id === details.unit);
  if (!unit) throw refuse('unknown-unit', { unit: details.unit ?? '' });
  const today = localDate(now);
  if ((unit.validFrom && today < unit.validFrom) || (unit.validTo && today > unit.validTo))
    throw refuse('unit-not-valid', { unit: unit.name });
  return {
    set: { unit: unit.id, handedOverAt: question.handedOverAt ?? now },
    event: { unit: unit.id, ...(details.text ? { text: required(details, 'text-missing') } : {}) },
  };
}

/** The answer names who is responsible for its content (plan IV.4): who is told, or the unit's head. */
function answer({ question, details, by, settings, now }: Context): Effect {
  const said = required(details, 'text-missing', LONGEST_ANSWER);
  const unit = question.unit ?? '';
  const head = settings.units.find(({ id }) => id === unit)?.head;
  const responsible = normalize(details.responsible ?? '') || (head ? `${head.name}, ${head.title}` : '');
  if (responsible === '') throw refuse('responsible-missing');
  return {
    set: {
      answer: {
        text: said,
        attachments: details.attachments ?? [],
        unit,
        responsible,
        by: by.account,
        at: now,
      },
    },
    event: { text: said, unit },
  };
}

/** For an episode whose first showing is still to come. */
function choose({ details, settings, now }: Context): Effect {
  const episode = episodeById(settings, details.episode ?? '');
  if (!episode) throw refuse('unknown-episode', { episode: details.episode ?? '' });
  if (episode.status === 'cancelled') throw refuse('episode-cancelled', { episode: episode.id });
  if (episode.at <= now) throw refuse('episode-over', { episode: episode.id });
  return { set: { episodeTrack: 'chosen', episode: episode.id }, event: { episode: episode.id } };
}

/** Into another question that is itself still standing; never in a circle. */
async function join({ question, details, find }: Context): Promise<Effect> {
  const into = details.into === undefined ? undefined : await find(details.into);
  if (!into) throw refuse('unknown-question', { code: details.into ?? '' });
  if (into.code === question.code || ['rejected', 'withdrawn', 'joined'].includes(into.stage))
    throw refuse('join-not-possible', { code: into.code });
  return { set: { joinedTo: into.code }, event: { text: into.code } };
}
