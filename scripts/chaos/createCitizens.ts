import type { ShownMessage } from '../../simulator/telegram/showMessage.js';
import type { TelegramSimulator } from '../../simulator/telegram/startTelegramSimulator.js';
import { readMessage } from './readMessage.js';
import type { Wording } from './createWording.js';

/** What a citizen answers at each step, in the order of the flow: a button's value or words. */
type Answer = { step: string } & ({ press: string } | { say: string });

const TOPICS = ['dat-dai', 'xay-dung', 'giao-duc', 'bhxh']; // on the first page of the list
/** Every so many press 'send' twice. */
const IMPATIENT = 5;

export type Citizen = {
  id: number;
  /** The codes that this person was given, as they came; more than one of the same after a kill. */
  codes: Set<string>;
  /** How many of the answers were given. */
  answered: number;
  told: Set<'approve' | 'route' | 'published'>;
  isDone(): boolean;
};
export type Citizens = {
  all: readonly Citizen[];
  /** Lets new people come from now on; ends that. */
  open: () => void;
  shut: () => void;
};

/**
 * People who ask a question each, from /ask to the code, then wait for what becomes of it. Each acts on the prompt
 * that comes next and on nothing else, so a prompt that is shown again changes nothing. `asking` of them are in the
 * flow at once, and no more come while `pending` of them wait for the board.
 */
export function createCitizens(
  sim: TelegramSimulator,
  options: { asking: number; pending: number; pause: () => number; wording: Wording },
): Citizens {
  const { wording, pause } = options;
  const byId = new Map<number, { citizen: Citizen; hear: (message: ShownMessage) => void }>();
  const all: Citizen[] = [];
  let isOpen = false;
  let asking = 0;
  let pending = 0;

  const come = (): void => {
    while (isOpen && asking < options.asking && asking + pending < options.pending) {
      asking++;
      const { citizen, hear } = createCitizen(all.length);
      all.push(citizen);
      byId.set(citizen.id, { citizen, hear });
      sim.userById(citizen.id).private().says('/ask');
    }
  };

  const createCitizen = (number: number): { citizen: Citizen; hear: (message: ShownMessage) => void } => {
    const { id } = sim.user({ languageCode: 'vi' });
    const script = answersOf(number);
    const citizen: Citizen = {
      id,
      codes: new Set(),
      answered: 0,
      told: new Set(),
      isDone: () => citizen.codes.size > 0 && citizen.told.size === 3,
    };
    let lastText = '';
    const hear = (message: ShownMessage): void => {
      const { step, code } = readMessage(message);
      if (code !== undefined) return hearCode(citizen, code, message.text);
      const answer = script[citizen.answered];
      if (!step || step.name !== answer?.step || message.text === lastText) return;
      citizen.answered++;
      lastText = message.text;
      setTimeout(() => act(answer, step, message), pause());
    };
    const act = (answer: Answer, step: { run: string }, message: ShownMessage): void => {
      const chat = sim.userById(id).private();
      if ('say' in answer) return void chat.says(answer.say);
      const data = `f|${step.run}|${answer.step}|${answer.press}`;
      const times = answer.step === 'summary' && number % IMPATIENT === 0 ? 2 : 1;
      for (let n = 0; n < times; n++)
        chat.presses((button) => button.callback_data === data, message.messageId);
    };
    return { citizen, hear };
  };

  const hearCode = (citizen: Citizen, code: string, text: string): void => {
    if (citizen.codes.size === 0) {
      asking--;
      pending++;
    }
    const before = citizen.told.size;
    citizen.codes.add(code);
    for (const what of ['approve', 'route', 'published'] as const)
      if (wording[what](code).test(text)) citizen.told.add(what);
    if (before < 3 && citizen.told.size === 3) pending--;
    come();
  };

  const hearAll = (message: ShownMessage): void => {
    if (message.fromBot) byId.get(message.chatId)?.hear(message);
  };
  sim.on('message', hearAll);
  sim.on('edited', hearAll);
  return {
    all,
    open() {
      isOpen = true;
      come();
    },
    shut: () => void (isOpen = false),
  };
}

function answersOf(number: number): Answer[] {
  return [
    { step: 'intro', press: 'go' },
    { step: 'record', press: 'yes' },
    { step: 'nameonair', press: number % 2 === 0 ? 'yes' : 'no' },
    { step: 'reminders', press: 'no' },
    { step: 'kind', press: 'citizen' },
    { step: 'name', say: 'Nguyễn Thị Lan' },
    { step: 'place', press: 'rach-gia' },
    { step: 'address', say: `Số ${number + 1}, đường Trần Phú` },
    ...(number % 3 === 0
      ? [{ step: 'email', say: `hoi${number}@example.vn` } as const]
      : [{ step: 'email', press: '_skip' } as const]),
    { step: 'phone', press: '_skip' },
    { step: 'topic', press: TOPICS[number % TOPICS.length] ?? 'khac' },
    { step: 'content', say: `Câu hỏi thứ ${number + 1}: hồ sơ gồm những giấy tờ gì và nộp ở đâu?` },
    { step: 'content', press: '_done' },
    { step: 'summary', press: 'send' },
  ];
}
