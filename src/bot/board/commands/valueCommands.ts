import type { Phrase } from '../../../conversation/flow.js';
import { DomainError } from '../../../domain/errors.js';
import type { SettingValues, ValueName } from '../../../services/settingKinds.js';
import { ALL_MEMBERS, type BoardCommand, type CommandCall, type Wrong } from '../boardCommand.js';

/** /setting: the single values that an authority changes; an admin sets one, and the change is recorded (C6). */
export const valueCommands: readonly BoardCommand[] = [{ name: 'setting', who: ALL_MEMBERS, run: setting }];

type Reading = (args: readonly string[], raw: string) => unknown;
const word: Reading = ([value]) => value;
const number: Reading = ([value]) => Number(value);

/** How the words behind a name become its value; `setValue` checks it. */
const READINGS: Readonly<Record<ValueName, Reading>> = {
  complaintContact: ([office, address, phone]) => ({ office, address, phone }),
  questionsPerDay: number,
  workingDays: number,
  membershipMinutes: number,
  defaultMemberRole: word,
  dayReminder: word,
  halfHourReminder: word,
  digestAt: word,
  remindAt: word,
  schedule: (_args, raw) => readJson(raw.slice(raw.indexOf(' ') + 1)),
};

async function setting(call: CommandCall): Promise<void | Wrong> {
  const { deps, scene, actor, args, raw } = call;
  const [given = '', ...rest] = args;
  if (given === '') return list(call);
  const name = (Object.keys(READINGS) as ValueName[]).find(
    (one) => one.toLowerCase() === given.toLowerCase(),
  ); // its keys are the names
  if (!name || rest.length === 0) return { wrong: { key: 'board:wrong.setting' } };
  try {
    await deps.services.settings.setValue(name, READINGS[name](rest, raw), actor, scene.incoming.id);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'bad-value')
      return { wrong: { key: `board:setting.${name}` } };
    throw error;
  }
  scene.say({ key: 'board:settings.saved', values: { name } });
}

async function list({ deps, scene }: CommandCall): Promise<void> {
  const values = await deps.services.settings.values();
  const lines = (Object.keys(READINGS) as ValueName[]).map((name): Phrase => ({
    key: 'board:settings.line',
    values: { name, value: shown(values[name]), about: { key: `board:setting.${name}` } },
  }));
  scene.say({ key: 'board:settings.head', values: { lines } });
}

function shown(value: SettingValues[ValueName]): string {
  if (typeof value !== 'object') return String(value ?? '–');
  return 'office' in value ? [value.office, value.address, value.phone].join(' · ') : value.weekMeans;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // which setValue refuses
  }
}
