import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asks, startTestTown, words, type TestTown } from '../support/startTestTown.js';

const QUESTION = 'Nâng thêm một tầng nhà thì có phải xin giấy phép xây dựng không, nộp hồ sơ ở đâu?';
const ANSWER = 'Nâng thêm tầng phải xin giấy phép sửa chữa, cải tạo; hồ sơ nộp tại phường.';

describe('a question, from the asker to the answer, over HTTP', () => {
  let town: TestTown;
  beforeEach(async () => {
    town = await startTestTown();
  });
  afterEach(() => town.close());

  /** A unit's group, bound by an admin, with its head. */
  async function aUnit() {
    const head = town.telegram.user({ firstName: 'Phúc' });
    const group = town.telegram.group({ title: 'Sở Xây dựng', members: [town.admin], creator: head });
    await town.does(group.as(town.admin), '/bind so-xay-dung', '/head "Lê Hoàng Phúc" "Giám đốc"');
    return { head, group };
  }

  it('is asked, approved, routed, answered, accepted, and told to the asker at every stage', async () => {
    const { head, group } = await aUnit();
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    const code = await asks(town, lan, QUESTION);
    expect(code).toBe('KG-2026-000001');

    await town.does(
      town.board.as(town.an),
      `!${words('cards:button.approve')}`,
      `!${words('cards:button.route')}`,
      '!Sở Xây dựng',
    );
    await town.does(group.as(head), `!${words('cards:button.answer')}`);
    group.as(head).repliesTo(group.as(head).last().messageId, ANSWER);
    await town.settled();
    await town.does(
      group.as(head),
      `!${words('common:nav.done.label')}`,
      '!Lê Hoàng Phúc, Giám đốc',
      `!${words('unit:answer.send')}`,
    );
    expect(lan.messages().some(({ text }) => text.includes(ANSWER))).toBe(false);

    await town.does(town.board.as(town.binh), `!${words('cards:button.acceptAnswer')}`);
    const told = lan
      .messages()
      .filter(({ fromBot, text }) => fromBot && text.includes(code))
      .map(({ text }) => text);
    expect(told).toHaveLength(4);
    expect(told.at(-1)).toContain(ANSWER);
    expect(told.at(-1)).toContain('Lê Hoàng Phúc, Giám đốc');

    const question = await town.app.services.ledger.byCode(code);
    expect(question?.stage).toBe('published');
    expect(question?.events.map(({ action }) => action)).toEqual([
      'submit',
      'approve',
      'route',
      'answer',
      'acceptAnswer',
    ]);
    const cards = town.board.messages().filter(({ text }) => text.startsWith(`${code} ·`));
    expect(cards).toHaveLength(1);
    expect(cards[0]?.edited).toBe(true);
  });

  it('gets one decision when two members press at once, and the other is told who decided', async () => {
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    const code = await asks(town, lan, QUESTION);
    const first = town.board.as(town.an).presses(words('cards:button.approve'));
    const second = town.board.as(town.binh).presses(words('cards:button.approve'));
    await town.settled();
    const answers = [first, second].map((press) => press.answer()?.text ?? '');
    expect(answers.filter((text) => text.includes('Thanh An') || text.includes('Quốc Bình'))).toHaveLength(1);
    const question = await town.app.services.ledger.byCode(code);
    expect(question?.events.filter(({ action }) => action === 'approve')).toHaveLength(1);
  });

  it('is refused to somebody who left the board, and that is recorded', async () => {
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    const code = await asks(town, lan, QUESTION);
    const { messageId } = town.board.as(town.an).last();
    town.board.leaves(town.an);
    await town.settled();
    // The phone of a former member still shows the card.
    const press = town.board.as(town.an).forges(`approve|${code}`, { messageId });
    await town.settled();
    expect(press.answer()?.text).toBeTruthy();
    expect((await town.app.services.ledger.byCode(code))?.stage).toBe('received');
  });

  it('goes on where it was after a restart in the middle of asking', async () => {
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    await town.does(lan, '/ask', `!${words('ask:go.label')}`, `!${words('common:yes.label')}`);
    await town.restart();
    await town.does(lan, `!${words('common:no.label')}`);
    expect(lan.last().text).toContain(words('ask:consent.reminders').slice(0, 20));
  });

  it('changes its language in the middle and asks the same step again', async () => {
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    await town.does(lan, '/ask', `!${words('ask:go.label')}`, '/language en');
    expect(lan.last().text).toContain(words('ask:consent.record', 'en').slice(0, 20));
    expect(
      lan
        .last()
        .buttons.flat()
        .map(({ text }) => text),
    ).toContain(words('common:yes.label', 'en'));
  });

  it('keeps its card when the board’s group becomes a supergroup', async () => {
    await town.close();
    town = await startTestTown({ boardType: 'group' });
    const lan = town.telegram.user({ firstName: 'Lan' }).private();
    const code = await asks(town, lan, QUESTION);
    town.board.upgrade();
    await town.settled();
    await town.does(town.board.as(town.an), `/question ${code}`, `!${words('cards:button.approve')}`);
    expect((await town.app.services.ledger.byCode(code))?.stage).toBe('approved');
  });
});
