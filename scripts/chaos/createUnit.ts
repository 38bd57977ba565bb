import type { GroupHandle, UserHandle } from '../../simulator/telegram/createActors.js';
import type { ShownMessage } from '../../simulator/telegram/showMessage.js';
import type { TelegramSimulator } from '../../simulator/telegram/startTelegramSimulator.js';
import type { Wording } from './createWording.js';
import { readMessage } from './readMessage.js';

type Task = { code: string; card: ShownMessage; by: UserHandle; stage: number };

const ANSWER = 'Hồ sơ nộp tại Trung tâm Phục vụ hành chính công; thời hạn giải quyết là mười ngày làm việc.';
const RESPONSIBLE = 'Nguyễn Văn An, Giám đốc Sở';

/**
 * The people of a unit: each takes a question that came in and answers it – words, 'done', who is responsible, 'send' –
 * and then takes the next. A prompt that is shown again changes nothing.
 */
export function createUnit(
  sim: TelegramSimulator,
  options: { group: GroupHandle; clerks: readonly UserHandle[]; wording: Wording; pause: () => number },
): void {
  const { group, clerks, wording, pause } = options;
  const seen = new Set<string>();
  const waiting: { code: string; card: ShownMessage }[] = [];
  const tasks = new Map<string, Task>();
  const idle = [...clerks];

  const takeNext = (): void => {
    const by = waiting.length > 0 ? idle.shift() : undefined;
    const next = by && waiting.shift();
    if (!by || !next) return;
    tasks.set(next.code, { ...next, by, stage: 0 });
    later(() => press(by, next.card, `answer|${next.code}`));
  };

  const hear = (message: ShownMessage): void => {
    if (message.chatId !== group.id || !message.fromBot) return;
    const { cardOf, code, step } = readMessage(message);
    if (cardOf !== undefined) {
      const canAnswer = message.buttons.flat().some((button) => button.callback_data === `answer|${cardOf}`);
      if (!canAnswer || seen.has(cardOf)) return;
      seen.add(cardOf);
      waiting.push({ code: cardOf, card: message });
      return takeNext();
    }
    const task = code === undefined ? undefined : tasks.get(code);
    if (!task || code === undefined) return;
    if (step) return goOn(task, step, message);
    if (wording.answerSent(code).test(message.text) && tasks.delete(code)) {
      idle.push(task.by);
      takeNext();
    }
  };

  /** One prompt after the other, each once. */
  const goOn = (
    task: Task,
    step: { run: string; name: string; values: string[] },
    message: ShownMessage,
  ): void => {
    const { by } = task;
    const isEmpty = !step.values.includes('anew');
    const reply = (text: string) => () => void group.as(by).repliesTo(message.messageId, text);
    const choose = (value: string) => () => press(by, message, `f|${step.run}|${step.name}|${value}`);
    const acts: { fits: boolean; run: () => void }[] = [
      { fits: step.name === 'text' && isEmpty, run: reply(ANSWER) },
      { fits: step.name === 'text' && !isEmpty, run: choose('_done') },
      { fits: step.name === 'responsible', run: reply(RESPONSIBLE) },
      { fits: step.name === 'preview', run: choose('send') },
    ];
    const act = acts[task.stage];
    if (!act?.fits) return;
    task.stage++;
    later(act.run);
  };

  const press = (by: UserHandle, message: ShownMessage, data: string): void =>
    void group.as(by).presses((button) => button.callback_data === data, message.messageId);
  const later = (run: () => void): void => void setTimeout(run, pause());

  sim.on('message', hear);
  sim.on('edited', hear);
}
