import { describe, expect, it } from 'vitest';
import { createRestWatch, dueRests, restOfFlow } from '../../src/bot/citizen/restFlows.js';
import type { Chat, Show } from '../../src/bot/turn.js';
import type { FlowState } from '../../src/conversation/flow.js';
import { createChatScript, TELEGRAM, texts } from './chatScript.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function resting() {
  const script = createChatScript();
  await script.command('ask');
  await script.type('tiếp tục');
  const enqueued = new Map<string, Show>();
  const watch = createRestWatch({
    restingChats: async (before, limit) =>
      [script.chat()]
        .filter(({ flows }) => Object.values(flows).some(({ touchedAt }) => touchedAt < before))
        .slice(0, limit),
    settle: async (ref, key, { run, touchedAt }, to) => {
      const state = script.chat().flows[key];
      if (
        ref !== script.chat().ref ||
        state?.run !== run ||
        state.touchedAt.getTime() !== touchedAt.getTime()
      )
        return false;
      const { [key]: _settled, ...others } = script.chat().flows;
      script.setChat({
        ...script.chat(),
        flows: to === 'lapsed' ? others : { ...others, [key]: { ...state, ...to } },
      });
      return true;
    },
    enqueue: async (shows) => shows.forEach((show) => enqueued.set(show.id, show)),
    texts,
    clock: script.clock,
    capabilitiesOf: () => TELEGRAM,
  });
  return { script, watch, enqueued };
}

describe('an unfinished conversation', () => {
  it('is left alone for a day, reminded of once, and lapses after a week', async () => {
    const { script, watch, enqueued } = await resting();
    script.clock.advance(DAY_MS - 2000);
    expect(await watch.tick()).toEqual({ reminded: 0, lapsed: 0 });
    script.clock.advance(3000);
    expect(await watch.tick()).toEqual({ reminded: 1, lapsed: 0 });
    for (let day = 0; day < 5; day++) {
      script.clock.advance(DAY_MS);
      expect(await watch.tick()).toEqual({ reminded: 0, lapsed: 0 });
    }
    script.clock.advance(DAY_MS);
    expect(await watch.tick()).toEqual({ reminded: 0, lapsed: 1 });
    expect(script.chat().flows).toEqual({});
    expect(enqueued.size).toBe(1);
  });

  it('goes on at the press of the reminder, and by simply answering', async () => {
    const { script, watch, enqueued } = await resting();
    script.clock.advance(2 * DAY_MS);
    await watch.tick();
    const [reminder] = enqueued.values();
    expect(reminder?.message.text).toContain('câu hỏi viết dở');
    await script.pressData(reminder?.message.buttons?.[0]?.[0]?.data ?? '');
    expect(script.said()).toContain('1. Lưu câu hỏi');
    await script.type('có');
    expect(script.step()).toBe('nameonair');
  });

  it('is dropped at the other press of the reminder', async () => {
    const { script, watch, enqueued } = await resting();
    script.clock.advance(2 * DAY_MS);
    await watch.tick();
    const [reminder] = enqueued.values();
    await script.pressData(reminder?.message.buttons?.[0]?.[1]?.data ?? '');
    expect(script.chat().flows).toEqual({});
    await script.pressData(reminder?.message.buttons?.[0]?.[0]?.data ?? '');
    expect(script.said()).toBe(texts.plain({ key: 'common:oldButtonNoFlow' }, 'vi'));
  });

  it('is reminded of once, also when a crash came between enqueuing and marking', async () => {
    const { script, watch, enqueued } = await resting();
    script.clock.advance(2 * DAY_MS);
    const before = script.chat();
    await watch.tick();
    script.setChat(before);
    await watch.tick();
    expect(enqueued.size).toBe(1);
  });

  it('is not reminded of a second time when the person went on and rested again', async () => {
    const { script, watch, enqueued } = await resting();
    script.clock.advance(2 * DAY_MS);
    await watch.tick();
    await script.type('có');
    script.clock.advance(2 * DAY_MS);
    expect(await watch.tick()).toEqual({ reminded: 0, lapsed: 0 });
    expect(enqueued.size).toBe(1);
  });
});

describe('what is due', () => {
  const now = new Date('2026-11-23T00:00:00Z');
  const state = (flow: string, hours: number): FlowState => ({
    flow,
    version: 1,
    run: `r${flow}`,
    step: 's',
    back: [],
    draft: {},
    touchedAt: new Date(now.getTime() - hours * HOUR_MS),
  });
  const chatOf = (kind: Chat['kind'], flows: Chat['flows']): Chat => ({ ref: 'telegram:1', kind, flows });

  it.each([
    ['ask', 23, undefined],
    ['ask', 24, 'remind'],
    ['ask', 168, 'lapse'],
    ['clarify', 24, 'remind'],
    ['confirm', 0.5, undefined],
    ['confirm', 1, 'lapse'],
    ['subscribe', 30, 'lapse'],
    ['decide-reject', 23, undefined],
    ['decide-join', 24, 'lapse'],
    ['decide-handBack', 24, 'lapse'],
    ['decide-answer', 167, undefined],
    ['decide-answer', 168, 'lapse'],
    ['of-another-version', 999, undefined],
  ] as const)('of %s after %d hours is %s', (flow, hours, what) => {
    const due = dueRests([chatOf('private', { a: state(flow, hours) })], now, restOfFlow);
    expect(due.map((one) => one.what)).toEqual(what === undefined ? [] : [what]);
  });

  it('reminds nobody in a group', () => {
    expect(dueRests([chatOf('group', { a: state('ask', 30) })], now, restOfFlow)).toEqual([]);
  });

  it('is found behind any number of conversations that were reminded of already', async () => {
    const reminded = Array.from({ length: 900 }, (_, i) => ({
      ...chatOf('private', { a: { ...state('ask', 100), remindedAt: now } }),
      ref: `telegram:${i}`,
    }));
    const chats = [...reminded, { ...chatOf('private', { a: state('ask', 30) }), ref: 'telegram:late' }];
    const settled: string[] = [];
    const watch = createRestWatch({
      restingChats: async (_before, limit) => chats.slice(0, limit),
      settle: async (ref) => settled.push(ref) > 0,
      enqueue: async () => undefined,
      texts,
      clock: { now: () => now },
      capabilitiesOf: () => TELEGRAM,
    });
    await watch.tick();
    expect(settled).toEqual(['telegram:late']);
  });
});
