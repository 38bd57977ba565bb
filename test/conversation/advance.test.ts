import { describe, expect, it } from 'vitest';
import { advance, ask, begin } from '../../src/conversation/advance.js';
import { buttonData } from '../../src/conversation/buttonData.js';
import { sampleFlow, env, say } from './sampleFlow.js';
import { press, text, texts, walker } from './walk.js';

const toSummary = () => {
  const walk = walker(sampleFlow, env);
  walk.press('Có');
  walk.type('Nguyễn Văn An');
  walk.type('7');
  walk.type('Một câu hỏi');
  walk.type('xong');
  return walk;
};

describe('the flow engine', () => {
  it('goes from the first step to the intent', () => {
    const walk = toSummary();
    expect(walk.state()?.step).toBe('summary');
    const end = walk.press('Do send');
    expect(end).toMatchObject({
      state: null,
      intent: {
        kind: 'sent',
        draft: { agree: 'yes', name: 'Nguyễn Văn An', place: 'p7', parts: ['Một câu hỏi'] },
      },
    });
  });

  it('answers a wrong reply with what to write and asks again', () => {
    const walk = walker(sampleFlow, env);
    walk.type('maybe');
    expect(walk.said()).toBe('wrong\n\nagree?');
    expect(walk.state()?.step).toBe('agree');
  });

  it.each(['quay lại', 'Quay lai', 'QUAY LẠI', 'back', 'trở lại'])('goes back at the word %s', (word) => {
    const walk = walker(sampleFlow, env);
    walk.press('Có');
    walk.type(word);
    expect(walk.state()).toMatchObject({ step: 'agree', back: [], draft: { agree: 'yes' } });
  });

  it.each(['hủy', 'huỷ', 'huy', 'Cancel', 'HỦY'])('ends at the word %s', (word) => {
    const walk = toSummary();
    expect(walk.type(word)).toMatchObject({ state: null, note: 'cancelled' });
  });

  it.each(['bỏ qua', 'bo qua', 'skip'])('passes over a step at the word %s', (word) => {
    const walk = walker(sampleFlow, env);
    walk.press('Có');
    walk.type(word);
    expect(walk.state()?.step).toBe('place');
  });

  it('says so where there is nothing to go back to, to skip or to finish', () => {
    const walk = walker(sampleFlow, env);
    for (const [word, key] of [
      ['quay lại', 'noWayBack'],
      ['bỏ qua', 'cannotSkip'],
      ['xong', 'nothingToFinish'],
    ] as const) {
      walk.type(word);
      expect(walk.said()).toBe(`${texts.plain({ key: `common:wrong.${key}` }, 'vi')}\n\nagree?`);
    }
  });

  it('edits one field from the summary and returns to it', () => {
    const walk = toSummary();
    const before = walk.state();
    walk.press('Do name');
    expect(walk.state()).toMatchObject({ step: 'name', editing: true });
    walk.type('Trần Thị Bé');
    expect(walk.state()).toEqual({ ...before, draft: { ...(before?.draft as object), name: 'Trần Thị Bé' } });
  });

  it('goes back from an edited field to the summary', () => {
    const walk = toSummary();
    const before = walk.state();
    walk.press('Do place');
    walk.type('quay lại');
    expect(walk.state()).toEqual(before);
  });

  it('asks after an edit for what has become missing', () => {
    const flow: typeof sampleFlow = {
      ...sampleFlow,
      steps: {
        ...sampleFlow.steps,
        name: {
          ...(sampleFlow.steps.name ?? never()),
          take: (_reply, { place: _place, ...draft }) => ({
            ok: true,
            value: { draft: { ...draft, name: 'B' } },
          }),
        },
      },
    };
    const state = {
      ...asState(begin(flow, 'r', env).state),
      step: 'name',
      editing: true,
      back: ['agree', 'summary'],
    };
    const step = advance(
      flow,
      { ...state, draft: { parts: ['x'], place: 'p1' } },
      { kind: 'text', text: 'B' },
      env,
    );
    expect(step.state).toMatchObject({ step: 'place', editing: true });
    const done =
      step.state && advance(flow, step.state, { kind: 'choice', value: 'p2', run: 'r', step: 'place' }, env);
    expect(done?.state).toMatchObject({ step: 'summary', back: ['agree'], draft: { place: 'p2' } });
    expect(done?.state?.editing).toBeUndefined();
  });

  it('tells a button of an earlier step, of another run and an unknown value from the current question', () => {
    const walk = walker(sampleFlow, env);
    walk.press('Có');
    for (const data of [
      buttonData('telegram:1', 'agree', 'yes'),
      buttonData('telegram:2', 'name', '_skip'),
      buttonData('telegram:1', 'name', 'forged'),
    ]) {
      expect(walk.hear(press(data))).toMatchObject({ note: 'stale', state: { step: 'name' } });
      expect(walk.said()).toBe(`${texts.plain({ key: 'common:oldButton' }, 'vi')}\n\nname?`);
    }
  });

  it('takes several messages until done, and can stay silent', () => {
    const walk = toSummary();
    walk.press('Do content');
    walk.type('thêm một đoạn');
    expect(walk.said()).toBe('more?');
    const attachment = { channel: 'telegram', fileRef: 'f', kind: 'photo' as const };
    expect(walk.hear({ kind: 'attachment', messageId: 'm', attachment }).say).toEqual([]);
    walk.type('xong');
    expect(walk.state()).toMatchObject({
      step: 'summary',
      draft: { parts: ['Một câu hỏi', 'thêm một đoạn'] },
    });
  });

  it.each([
    [{ kind: 'unsupported', messageId: 'm', what: 'sticker' }, 'unsupported.sticker'],
    [{ kind: 'unsupported', messageId: 'm', what: 'voice' }, 'unsupported.voice'],
    [{ kind: 'unsupported', messageId: 'm', what: 'location' }, 'unsupported.location'],
    [{ kind: 'unsupported', messageId: 'm', what: 'something new' }, 'unsupported.other'],
    [{ kind: 'edited', messageId: 'm', text: 'x' }, 'unsupported.edited'],
    [
      { kind: 'attachment', messageId: 'm', attachment: { channel: 't', fileRef: 'f', kind: 'photo' } },
      'attachmentHere',
    ],
    [text('  \u200b \n'), 'empty'],
  ] as const)('answers %o with a sentence of its own', (event, key) => {
    const walk = walker(sampleFlow, env);
    walk.hear(event);
    expect(walk.said()).toBe(`${texts.plain({ key: `common:wrong.${key}` }, 'vi')}\n\nagree?`);
  });

  it('turns the pages of a long list, by button and by word, and stops at its ends', () => {
    const walk = walker(sampleFlow, env);
    walk.press('Có');
    walk.type('skip');
    walk.press('Trang sau');
    expect(walk.state()?.page).toBe(1);
    walk.type('tiếp');
    expect(walk.state()?.page).toBe(2);
    walk.type('trang trước');
    expect(walk.state()?.page).toBe(1);
    walk.hear(press(buttonData('telegram:1', 'place', '_p9999')));
    expect(walk.state()?.page).toBe(8);
    walk.type('15');
    expect(walk.state()).toMatchObject({ step: 'content', draft: { place: 'p15' } });
    expect(walk.state()?.page).toBeUndefined();
  });

  it('begins anew, friendly, when the flow changed and the old state means nothing any more', () => {
    const state = { ...asState(begin(sampleFlow, 'r', env).state), version: 1, step: 'gone' };
    const step = advance(sampleFlow, state, { kind: 'text', text: 'An' }, env);
    expect(step).toMatchObject({ note: 'restarted', state: { version: 3, step: 'agree' } });
    expect(step.say.map(({ phrase }) => phrase.values?.first)).toEqual([{ key: 'common:flowRestarted' }]);
  });

  it('goes on at the same step when the flow changed and can be migrated', () => {
    const flow = { ...sampleFlow, migrate: () => ({ step: 'name', draft: { parts: ['kept'] } }) };
    const old = { ...asState(begin(sampleFlow, 'r', env).state), version: 2, step: 'name' };
    expect(advance(flow, old, { kind: 'text', text: 'An' }, env).state).toMatchObject({
      version: 3,
      step: 'place',
      draft: { name: 'An', parts: ['kept'] },
    });
  });

  it('asks again, keeping what was told, when the migrated state stands at another step', () => {
    const flow = { ...sampleFlow, migrate: () => ({ step: 'place', draft: { parts: ['kept'] } }) };
    const old = { ...asState(begin(sampleFlow, 'r', env).state), version: 2, step: 'town' };
    const step = advance(flow, old, { kind: 'text', text: 'An' }, env);
    expect(step).toMatchObject({ note: 'restarted', state: { step: 'place', draft: { parts: ['kept'] } } });
  });

  it('asks the current question again without changing anything', () => {
    const walk = toSummary();
    const state = asState(walk.state());
    expect(ask(sampleFlow, state, env).phrase).toEqual(say('all right?'));
  });
});

function never(): never {
  throw new Error('the sample flow has this step');
}

function asState<T>(state: T | null | undefined): T {
  if (state == null) throw new Error('the flow has ended');
  return state;
}
