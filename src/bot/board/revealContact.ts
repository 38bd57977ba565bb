import type { Phrase } from '../../conversation/flow.js';
import type { Question } from '../../domain/question.js';
import type { How } from '../cards/createScene.js';
import type { BoardTurn } from './boardDeps.js';
import { act, mayNow } from './onQuestion.js';
import { reachable } from './reachable.js';

/** The asker's details, to the member in private and on record (C1, C5). */
export async function revealContact(turn: BoardTurn, question: Question): Promise<void> {
  if (!(await reachable(turn))) return;
  await act(turn, question, 'revealContact', {});
  sendContact(turn, question);
}

/** The details for checking them with the asker, with what came of it as buttons; the look is on record (IV.1c). */
export async function verifyInPrivate(turn: BoardTurn, question: Question): Promise<void> {
  mayNow(turn, question, 'verify');
  if (!(await reachable(turn))) return;
  await act(turn, question, 'revealContact', {});
  const { code } = question;
  sendContact(turn, question, [
    [{ title: { key: 'board:button.verified' }, data: { action: 'verified', code } }],
    [{ title: { key: 'board:button.unverified' }, data: { action: 'unverified', code } }],
  ]);
}

function sendContact(turn: BoardTurn, question: Question, buttons: How['buttons'] = []): void {
  turn.scene.say(
    { key: 'board:contact.head', values: { code: question.code, lines: contactLines(turn, question) } },
    { to: turn.actor.account, buttons },
  );
  turn.scene.toast({ key: 'board:toast.sentInPrivate' });
}

function contactLines({ deps }: BoardTurn, { asker }: Question): Phrase[] {
  const line = (field: string, value: string | undefined): Phrase[] =>
    value === undefined || value === '' ? [] : [{ key: `board:contact.${field}`, values: { value } }];
  return [
    { key: 'board:contact.kind', values: { value: { key: `cards:kind.${asker.kind}` } } },
    ...line('name', asker.name),
    ...line('organisation', asker.organisation),
    ...line('place', deps.placeName(asker.place)),
    ...line('address', asker.address),
    ...line('phone', asker.phone),
    ...line('email', asker.email),
  ];
}
