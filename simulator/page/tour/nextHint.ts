import type { PageMessage } from '../pageTypes.js';
import type { MomentName } from '../passTime.js';
import type { LedgerLine } from '../readOffice.js';
import type { Stage } from '../startStage.js';
import type { Reader } from './createReader.js';

export const STEPS = ['ask', 'approve', 'route', 'answer', 'remind'] as const;
export type Step = (typeof STEPS)[number];

/** What to do next: press a button, write something, or let time pass. */
export type Hint =
  | { kind: 'press'; chat: string; speaker: string; message: string; button: string }
  | { kind: 'say'; chat: string; speaker: string; text: string; replyTo?: string }
  | { kind: 'time'; moment: MomentName };

export type Scene = {
  cast: Stage['cast'];
  /** The asker's private chat. */
  asker: string;
  read: Reader;
  question: LedgerLine | undefined;
  now: Date;
};

/** What the asker does at a question of the bot: a button (its words are typed where there is none), or words. */
const ANSWERS: readonly (readonly [asked: string, does: { press: string } | { say: string }])[] = [
  ['ask:summary.question', { press: 'ask:summary.send.label' }],
  ['ask:profile.question', { press: 'ask:profile.same' }],
  ['ask:consent.record', { press: 'common:yes.label' }],
  ['ask:consent.nameOnAir', { press: 'common:yes.label' }],
  ['ask:consent.reminders', { press: 'common:yes.label' }],
  ['ask:kind.question', { press: 'ask:kind.citizen' }],
  ['ask:name.citizen', { say: 'demo:say.name' }],
  ['ask:place.question', { say: 'demo:say.place' }],
  ['ask:address', { say: 'demo:say.address' }],
  ['ask:email', { press: 'common:nav.skip.label' }],
  ['ask:phone', { press: 'common:nav.skip.label' }],
  ['ask:topic.question', { say: 'demo:say.topic' }],
  ['ask:content.received', { press: 'common:nav.done.label' }],
  ['ask:content.soFar', { press: 'common:nav.done.label' }],
  ['ask:content.question', { say: 'demo:say.question' }],
  ['ask:intro', { press: 'ask:go.label' }],
];

/** Where the tour stands and what comes next; no hint while something is under way. */
export function nextHint(scene: Scene): { step: Step | 'done'; hint?: Hint } {
  const { question } = scene;
  if (!question) return { step: 'ask', hint: ask(scene) };
  switch (question.stage) {
    case 'received':
    case 'reopened':
    case 'clarifying':
      return step('approve', press(scene, scene.cast.board, scene.cast.an, 'cards:button.approve'));
    case 'approved':
      return step('route', route(scene));
    case 'routed':
      return step('answer', answer(scene));
    case 'answered':
      return step('answer', press(scene, scene.cast.board, scene.cast.binh, 'cards:button.acceptAnswer'));
    case 'published':
      return remind(scene, question);
    case 'rejected':
    case 'withdrawn':
    case 'joined':
    default:
      return { step: 'done' };
  }
}

const step = (name: Step, hint: Hint | undefined): { step: Step; hint?: Hint } =>
  hint ? { step: name, hint } : { step: name };

function ask({ asker, read }: Scene): Hint {
  const speaker = asker.slice(asker.indexOf(':') + 1);
  const newest = read.newest(asker);
  const [, does] = ANSWERS.find(([asked]) => newest && read.asks(newest, asked)) ?? [];
  if (!newest || !does) return { kind: 'say', chat: asker, speaker, text: '/ask' };
  if ('say' in does) return { kind: 'say', chat: asker, speaker, text: read.words(does.say, asker) };
  const found = read.button(asker, does.press);
  if (found?.message === newest.id) return { kind: 'press', chat: asker, speaker, ...found };
  return { kind: 'say', chat: asker, speaker, text: read.words(does.press, asker) };
}

/** A button on the newest message about the question. */
function press({ read, question }: Scene, chat: string, speaker: string, key: string): Hint | undefined {
  const found = read.button(chat, key, question?.code);
  return found && { kind: 'press', chat, speaker, ...found };
}

function route(scene: Scene): Hint | undefined {
  const { board, an } = scene.cast;
  return press(scene, board, an, 'demo:who.unitPick') ?? press(scene, board, an, 'cards:button.route');
}

function answer(scene: Scene): Hint | undefined {
  const { cast, read, question } = scene;
  const { unit, head } = cast;
  const newest = read.newest(unit);
  const here = (key: string): Hint | undefined => {
    const found = read.button(unit, key, question?.code);
    return found && found.message === newest?.id
      ? { kind: 'press', chat: unit, speaker: head, ...found }
      : undefined;
  };
  const write = (to: PageMessage): Hint => ({
    kind: 'say',
    chat: unit,
    speaker: head,
    text: read.words('demo:say.answer', unit),
    replyTo: to.id,
  });
  if (newest && read.asks(newest, 'unit:answer.ask')) return write(newest);
  if (newest && read.asks(newest, 'unit:answer.more')) return here('common:nav.done.label');
  return (
    here('unit:answer.send') ?? here('demo:who.headName') ?? press(scene, unit, head, 'cards:button.answer')
  );
}

/** Chosen for an episode, then the reminders a day and half an hour before. */
function remind(scene: Scene, question: LedgerLine): { step: Step | 'done'; hint?: Hint } {
  const { cast, read, asker } = scene;
  if (!question.episode) {
    const first = read.firstButton(cast.board, 'board:pick.choose', question.code);
    const pick: Hint | undefined = first && { kind: 'press', chat: cast.board, speaker: cast.an, ...first };
    return step('remind', pick ?? press(scene, cast.board, cast.an, 'cards:button.choose'));
  }
  const told = (key: string): boolean => read.told(asker, key, question.code);
  const isSubscriber = told('notices:subscriber.day');
  // Who is no subscriber hears only that their own question is on.
  const isReminded = told(isSubscriber ? 'notices:subscriber.halfHour' : 'notices:asker.isOn');
  if (question.episode.track === 'aired' || isReminded) return { step: 'done' };
  return {
    step: 'remind',
    hint: { kind: 'time', moment: isSubscriber ? 'halfHour' : 'dayBefore' },
  };
}
