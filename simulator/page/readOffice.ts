import type { Texts } from '../../src/bot/texts.js';
import type { Question } from '../../src/domain/question.js';
import type { Lang } from '../../src/services/services.js';
import type { WireCall } from './pageTypes.js';
import type { Stage } from './startStage.js';

const CODE = /[A-Z]{2,4}-\d{4}-\d{6}/g;
const MOST_WAITING = 30;
const CONTENT_SHOWN = 160;

export type LedgerLine = {
  code: string;
  stage: string;
  stageName: string;
  topic: string;
  unit?: string;
  content: string;
  channel: string;
  due: { date: string; overdue: boolean; paused: boolean };
  episode?: { id: string; track: Question['episodeTrack'] };
  events: { at: string; by: string; did: string; text?: string }[];
};
export type WaitingMessage = {
  id: string;
  chat: string;
  state: string;
  rank: number;
  at: string;
  dueAt?: string;
  text: string;
};
export type Office = {
  ledger: LedgerLine[];
  totals: { questions: number; overdue: number; subscribers: number };
  waiting: WaitingMessage[];
  figures: Readonly<Record<string, number>>;
  nextDue?: string;
  pending: number;
  calls: WireCall[];
};

/** The codes of questions that stand in a text. */
export const codesIn = (text: string): string[] => text.match(CODE) ?? [];

/**
 * What the office looks like behind the chats: the ledger's questions (newest first, without who asked), what waits in
 * the outbox, the delivery's counts. `codes` are those that were told to somebody.
 */
export async function readOffice(
  stage: Stage,
  texts: Texts,
  lang: Lang,
  codes: readonly string[],
  calls: readonly WireCall[],
): Promise<Office> {
  const { app } = stage.town;
  const [topics, units, totals, waiting, found] = await Promise.all([
    app.services.settings.topics(),
    app.services.settings.units(),
    app.services.ledger.stats(),
    app.outbox(MOST_WAITING),
    Promise.all(codes.map((code) => app.services.ledger.byCode(code))),
  ]);
  const names: Names = {
    topic: (id) => topics.find((topic) => topic.id === id)?.name[lang] ?? id,
    unit: (id) => units.find((unit) => unit.id === id)?.name ?? id,
    say: (key, values = {}) => texts.plain({ key, values }, lang),
  };
  const questions = found.filter((question) => question !== undefined);
  const lines = await Promise.all(
    questions.map(async (question) => toLine(question, await app.services.ledger.due(question), names)),
  );
  const nextDue = app.nextDue();
  return {
    ledger: lines.sort((a, b) => (a.code < b.code ? 1 : -1)),
    totals: { questions: totals.total, overdue: totals.overdue, subscribers: totals.subscribers },
    waiting: waiting.map(({ _id, chat, state, rank, at, dueAt, message }) => ({
      id: _id,
      chat,
      state,
      rank,
      at: at.toISOString(),
      ...(dueAt === undefined ? {} : { dueAt: dueAt.toISOString() }),
      text: (message?.text ?? '').replace(/<[^>]*>/g, '').slice(0, CONTENT_SHOWN),
    })),
    figures: app.figures(),
    ...(nextDue === undefined ? {} : { nextDue: nextDue.toISOString() }),
    pending: stage.platforms.reduce((sum, platform) => sum + platform.pending(), 0),
    calls: [...calls],
  };
}

type Names = {
  topic(id: string): string;
  unit(id: string): string;
  say(key: string, values?: Record<string, string>): string;
};
type Due = Awaited<ReturnType<Stage['town']['app']['services']['ledger']['due']>>;

function toLine(question: Question, due: Due, names: Names): LedgerLine {
  const { code, stage, topic, unit, content, channel, episode, episodeTrack, events } = question;
  return {
    code,
    stage,
    stageName: names.say(`cards:stage.${stage}`),
    topic: names.topic(topic),
    ...(unit === undefined ? {} : { unit: names.unit(unit) }),
    content: content.slice(0, CONTENT_SHOWN),
    channel,
    due: { date: due.dueDate, overdue: due.overdue, paused: due.paused },
    ...(episode === undefined || episodeTrack === 'none'
      ? {}
      : { episode: { id: episode, track: episodeTrack } }),
    events: events.map((event) => ({
      at: event.at.toISOString(),
      by:
        event.byName ??
        (event.by === 'system' ? names.say('cards:who.system') : names.say('cards:who.asker')),
      did: names.say(`cards:did.${event.action}`, {
        topic: event.topic === undefined ? '' : names.topic(event.topic),
        unit: event.unit === undefined ? '' : names.unit(event.unit),
        episode: event.episode ?? '',
      }),
      ...(event.text === undefined ? {} : { text: event.text.slice(0, CONTENT_SHOWN) }),
    })),
  };
}
