import type { GroupHandle, UserHandle } from '../../simulator/telegram/createActors.js';
import {
  startTelegramSimulator,
  type TelegramSimulator,
} from '../../simulator/telegram/startTelegramSimulator.js';
import { createBoard } from './createBoard.js';
import { createCitizens, type Citizens } from './createCitizens.js';
import { createUnit } from './createUnit.js';
import { createWording } from './createWording.js';

const UNITS = ['so-nnmt', 'so-xay-dung', 'so-gddt', 'so-y-te'];
const BOARD_MEMBERS = 4;
const CLERKS = 3;
/** A failed delivery comes again so soon, so that a run of many kills does not take hours. */
const REDELIVERY_MS = [30, 60, 120, 250];

export type Play = {
  sim: TelegramSimulator;
  board: GroupHandle;
  admin: UserHandle;
  citizens: Citizens;
  /** Binds the units' groups, by the admin's own words; the bot must run. */
  prepare(): Promise<void>;
  /** Resolves when nothing happened for `quietMs`, or rejects after `mostMs`. */
  quiet(quietMs: number, mostMs: number): Promise<void>;
};

/** The simulated Telegram with everybody who takes part, in this process. `random` decides how long people take. */
export async function startPlay(options: {
  random: () => number;
  asking: number;
  pending: number;
}): Promise<Play> {
  const { random } = options;
  const sim = await startTelegramSimulator({
    limits: 'off',
    redeliver: { delaysMs: REDELIVERY_MS, timeoutMs: 5_000 },
  });
  const pause = (): number => 5 + random() * 45;
  const wording = createWording();
  const admin = sim.user({ firstName: 'Minh Tâm' });
  const members = people(sim, 'Biên tập', BOARD_MEMBERS);
  const board = sim.group({ title: 'Ban Biên tập', creator: admin, members });
  const units = UNITS.map((id) => {
    const clerks = people(sim, `Chuyên viên ${id}`, CLERKS);
    return { id, clerks, group: sim.group({ title: id, creator: admin, members: clerks }) };
  });
  createBoard(sim, { group: board, members, units: new Set(UNITS), pause });
  for (const { group, clerks } of units) createUnit(sim, { group, clerks, wording, pause });
  const citizens = createCitizens(sim, { ...options, pause, wording });

  return {
    sim,
    board,
    admin,
    citizens,
    async prepare() {
      for (const { id, group } of units) {
        group.as(admin).says(`/bind ${id}`);
        await group.as(admin).until(/./u);
      }
    },
    quiet: (quietMs, mostMs) => quiet(sim, quietMs, mostMs),
  };
}

function people(sim: TelegramSimulator, name: string, count: number): UserHandle[] {
  return Array.from({ length: count }, (_, n) => sim.user({ firstName: `${name} ${n + 1}` }));
}

async function quiet(sim: TelegramSimulator, quietMs: number, mostMs: number): Promise<void> {
  const { counts } = sim.record;
  const done = (): number => counts.updates + counts.calls - (counts.byMethod.getUpdates ?? 0);
  const until = Date.now() + mostMs;
  for (let before = -1, since = 0; ;) {
    if (done() !== before || sim.pendingUpdates() > 0) {
      before = done();
      since = Date.now();
    } else if (Date.now() - since >= quietMs) return;
    if (Date.now() > until)
      throw new Error(`not quiet after ${mostMs} ms; ${sim.pendingUpdates()} updates wait`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
