import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncomingEvent } from '../../src/channels/channel.js';
import { advance, ask } from '../../src/conversation/advance.js';
import { buttonData } from '../../src/conversation/buttonData.js';
import { fitSaying, pageOf } from '../../src/conversation/fit.js';
import type { Flow, FlowEnv } from '../../src/conversation/flow.js';
import { readReply } from '../../src/conversation/readReply.js';
import { askFlow, type AskWorld } from '../../src/bot/flows/ask.js';
import { DEFAULT_PLACES } from '../../src/domain/defaultPlaces.js';
import { DEFAULT_TOPICS } from '../../src/domain/defaultTopics.js';
import { env, sampleFlow } from './sampleFlow.js';
import { NARROW, NONE, press, text, texts, walker } from './walk.js';

const askWorld: AskWorld = {
  lang: 'vi',
  topics: DEFAULT_TOPICS,
  places: DEFAULT_PLACES,
  subscribed: false,
  complaint: { office: 'Ban Tiếp công dân', address: '01 Nguyễn Công Trứ', phone: '1022' },
  limits: { contentMin: 20, contentMax: 3500, attachments: 3, attachmentBytes: 1000 },
  consentVersion: 'v/vi',
};
const askEnv: FlowEnv<AskWorld> = { now: env.now, world: askWorld };

const attachment = {
  channel: 'telegram',
  fileRef: 'f',
  kind: 'document' as const,
  name: 'a.exe',
  size: 5000,
};
const RIGHT = [
  '1',
  '2',
  'tiếp tục',
  'có',
  'Nguyễn Văn An',
  'Rạch Giá',
  'an@example.com',
  '0912345678',
  'x'.repeat(30),
  'xong',
  'bỏ qua',
];
const NASTY: IncomingEvent[] = [
  ...[
    '',
    ' ',
    '0',
    '999',
    '_back',
    '__proto__',
    'constructor',
    'toString',
    '<b>&amp;',
    '$t(common:plain)',
    '{{text}}',
  ].map(text),
  ...[
    'quay lại',
    'back',
    'trang sau',
    'trang trước',
    '\u0000',
    '\ud800',
    'a'.repeat(20_000),
    '😀'.repeat(2000),
    'f|||',
    'f|x|y|z',
  ].map(text),
  ...RIGHT.flatMap((words) => [text(words), text(words)]),
  ...['intro', 'record', 'place', 'summary', 'agree', 'constructor'].flatMap((step) => [
    press(buttonData('telegram:1', step, 'yes')),
    press(buttonData('telegram:1', step, '_p99')),
    press(buttonData('telegram:1', step, '__proto__')),
    press(buttonData('telegram:2', step, '_cancel')),
  ]),
  { kind: 'attachment', messageId: 'm', attachment },
  {
    kind: 'attachment',
    messageId: 'm',
    attachment: { ...attachment, kind: 'photo', size: 10 },
    caption: 'Xin hỏi '.repeat(5),
  },
  { kind: 'unsupported', messageId: 'm', what: 'sticker' },
  { kind: 'unsupported', messageId: 'm', what: '__proto__' },
  { kind: 'edited', messageId: 'm' },
  { kind: 'contact', messageId: 'm', phone: '0912345678', name: 'Bé' },
  { kind: 'contact', messageId: 'm' },
  { kind: 'reachable', reachable: true },
];
/** Some way along the right path, and then anything. */
const eventsAfter = (path: readonly string[]) =>
  fc
    .tuple(fc.nat(path.length), fc.array(fc.constantFrom(...NASTY), { maxLength: 15 }))
    .map(([steps, nasty]) => [...path.slice(0, steps).map(text), ...nasty]);
const SAMPLE_PATH = ['1', 'An', '7', 'Một câu hỏi', 'xong'];
const ASK_PATH = [
  ...['1', 'có', 'không', 'có', '2', 'Hợp tác xã Rạch Giá', 'Nguyễn Văn An', 'rạch giá', '1', '12 Trần Phú'],
  ...[
    'bỏ qua',
    '0912345678',
    'đất đai',
    'Tôi tố cáo ông chủ tịch xã nhận hối lộ của nhiều hộ dân',
    'xong',
    '1',
  ],
];

/** What must hold of any flow, whatever is sent to it. */
function holdsFor<D, W, I>(flow: Flow<D, W, I>, world: FlowEnv<W>, path: readonly string[]): void {
  const events = eventsAfter(path);

  it('never throws, always says something that can be shown, and can always be cancelled', () => {
    fc.assert(
      fc.property(events, (sent) => {
        const walk = walker(flow, world);
        for (const event of sent) {
          walk.hear(event);
          for (const said of walk.last().say) expect(texts.render(said.phrase, 'vi')).not.toBe('');
          const question = walk.question();
          if (!question) break;
          for (const capabilities of [NARROW, NONE]) {
            const message = fitSaying(question, texts, 'vi', capabilities);
            expect(message.text.length).toBeGreaterThan(0);
            for (const { data } of message.buttons?.flat() ?? [])
              expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
          }
        }
        if (walk.state()) expect(walk.type('hủy')).toMatchObject({ state: null, note: 'cancelled' });
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same on a replay, and leaves the stored state untouched', () => {
    fc.assert(
      fc.property(events, (sent) => {
        const walk = walker(flow, world);
        for (const event of sent) {
          const before = walk.state();
          if (!before) break;
          const frozen = structuredClone(before);
          const heard = readReply(event, walk.question(), texts, 'vi');
          if (heard.kind !== 'reply') continue;
          const once = advance(flow, before, heard.reply, world);
          expect(advance(flow, structuredClone(before), heard.reply, world)).toEqual(once);
          expect(before).toEqual(frozen);
          walk.hear(event);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('takes a typed number for the press on every choice that is shown', () => {
    fc.assert(
      fc.property(events, (sent) => {
        const walk = walker(flow, world);
        sent.forEach((event) => walk.state() && walk.hear(event));
        const question = walk.question();
        const state = walk.state();
        if (!question || !state) return;
        const { first, rows } = pageOf(question);
        rows.flat().forEach((choice, i) => {
          const typed = readReply(text(String(first + i)), question, texts, 'vi');
          const pressed = readReply(
            press(buttonData(state.run, state.step, choice.value)),
            question,
            texts,
            'vi',
          );
          if (typed.kind !== 'reply' || pressed.kind !== 'reply') throw new Error('no reply');
          expect(advance(flow, state, typed.reply, world)).toEqual(
            advance(flow, state, pressed.reply, world),
          );
        });
      }),
      { numRuns: 25 },
    );
  });

  it('is in the same state after back and the same choice again', () => {
    fc.assert(
      fc.property(events, fc.nat(), (sent, pick) => {
        const walk = walker(flow, world);
        sent.forEach((event) => walk.state() && walk.hear(event));
        const state = walk.state();
        const question = walk.question();
        const choices = question?.choices?.flat() ?? [];
        const choice = choices[pick % Math.max(choices.length, 1)];
        if (!state || !choice) return;
        const reply = { kind: 'choice' as const, value: choice.value, run: state.run, step: state.step };
        const there = advance(flow, state, reply, world).state;
        if (!there || there.back.length !== state.back.length + 1) return; // the end, the summary, or still here
        const back = advance(
          flow,
          there,
          { kind: 'choice', value: '_back', run: there.run, step: there.step },
          world,
        ).state;
        if (!back || back.step !== state.step) throw new Error('back led elsewhere');
        const offered = ask(flow, back, world)
          .choices?.flat()
          .some(({ value }) => value === choice.value);
        if (offered) expect(advance(flow, back, { ...reply }, world).state).toEqual(there);
      }),
      { numRuns: 40 },
    );
  });
}

describe('any conversation, whatever is sent', () => {
  describe('the sample flow', () => holdsFor(sampleFlow, env, SAMPLE_PATH));
  describe('the ask flow', () => holdsFor(askFlow, askEnv, ASK_PATH));
});

describe('the right reply', () => {
  it('leads along the paths that the properties above begin with', () => {
    for (const [walk, path] of [
      [walker(sampleFlow, env), SAMPLE_PATH],
      [walker(askFlow, askEnv), ASK_PATH],
    ] as const) {
      path.forEach((words) => walk.type(words));
      expect(walk.state()?.step).toBe('summary');
    }
  });

  it('works at every step, whatever nonsense came before it', () => {
    const right: Record<string, string> = {
      intro: '1',
      record: 'có',
      nameonair: 'không',
      reminders: 'không',
      kind: '1',
      organisation: 'Hợp tác xã Rạch Giá',
      name: 'Nguyễn Văn An',
      place: 'Phường Rạch Giá',
      address: '12 Trần Phú',
      email: 'bỏ qua',
      phone: 'bỏ qua',
      topic: 'đất đai',
      content: 'xong',
      suspected: '1',
      files: 'xong',
      summary: '1',
    };
    const wrong = NASTY.filter((event) => event.kind !== 'text' || !RIGHT.includes(event.text));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...wrong), { maxLength: 20 }), (sent) => {
        const walk = walker(askFlow, askEnv);
        sent.forEach((event) => walk.state() && walk.hear(event));
        for (let steps = 0; steps < 30 && walk.state(); steps++) {
          const step = walk.state()?.step ?? '';
          if (step === 'content') walk.type('Xin hỏi về chính sách đất đai năm 2026?');
          walk.type(right[step] ?? 'no such step');
        }
        expect(walk.last().intent).toMatchObject({
          kind: 'submit',
          topic: 'dat-dai',
          asker: { place: 'rach-gia' },
        });
      }),
      { numRuns: 25 },
    );
  });
});
