import type { IncomingEvent } from '../../src/channels/channel.js';
import { advance, ask, begin } from '../../src/conversation/advance.js';
import { fitSaying } from '../../src/conversation/fit.js';
import type { Advance, Flow, FlowEnv, FlowState, Saying } from '../../src/conversation/flow.js';
import { readReply } from '../../src/conversation/readReply.js';
import { createTexts } from '../../src/bot/texts.js';

export const texts = createTexts();
export const WIDE = { maxButtons: 100, maxButtonTitle: 60 };
export const NARROW = { maxButtons: 5, maxButtonTitle: 60 };
export const NONE = { maxButtons: 0, maxButtonTitle: 60 };

export const text = (words: string): IncomingEvent => ({ kind: 'text', messageId: 'm', text: words });
export const press = (data: string): IncomingEvent => ({ kind: 'press', pressId: 'p', data });

/** A person walking through a flow by events, as the bot does it. */
export function walker<D, W, I>(flow: Flow<D, W, I>, env: FlowEnv<W>, run = 'telegram:1') {
  const first = begin(flow, run, env);
  let last: Advance<I> = first;
  let state: FlowState | null = first.state;
  const question = (): Saying | undefined => (state ? ask(flow, state, env) : undefined);
  const hear = (event: IncomingEvent): Advance<I> => {
    const heard = readReply(event, question(), texts, 'vi');
    if (heard.kind === 'reply' && state) {
      last = advance(flow, state, heard.reply, env);
      state = last.state;
    }
    return last;
  };
  return {
    state: () => state,
    last: () => last,
    question,
    hear,
    type: (words: string) => hear(text(words)),
    /** Presses the button whose title contains `title`, on the question that stands open. */
    press(title: string): Advance<I> {
      const saying = question();
      const message = saying && fitSaying(saying, texts, 'vi', WIDE);
      const button = message?.buttons?.flat().find((one) => one.title.includes(title));
      if (!button) throw new Error(`no button ${title}`);
      return hear(press(button.data));
    },
    said: () => last.say.map((saying) => texts.plain(saying.phrase, 'vi')).join('\n---\n'),
  };
}
