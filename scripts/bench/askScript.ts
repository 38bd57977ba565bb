import { createTexts } from '../../src/bot/texts.js';
import type { DriveOptions } from '../../simulator/telegram/driveFlows.js';
import { ANY, patternOf } from '../chaos/patternOf.js';

type Script = Pick<DriveOptions, 'script' | 'done'>;

/** The ask flow's prompts in order; each with the button that is pressed or the words that are written. */
const STEPS: readonly ({ key: string; values?: Record<string, string> } & (
  { press: string } | { say: string }
))[] = [
  { key: 'ask:intro', press: 'ask:go.label' },
  { key: 'ask:consent.record', press: 'common:yes.label' },
  { key: 'ask:consent.nameOnAir', press: 'common:yes.label' },
  { key: 'ask:consent.reminders', press: 'common:no.label' },
  { key: 'ask:kind.question', press: 'ask:kind.citizen' },
  { key: 'ask:name.citizen', say: 'Nguyễn Thị Lan' },
  { key: 'ask:place.question', say: 'Vĩnh Thông' },
  { key: 'ask:address', values: { place: ANY }, say: 'Số {n}, đường Trần Phú' },
  { key: 'ask:email', say: 'lan@example.vn' },
  { key: 'ask:phone', press: 'common:nav.skip.label' },
  { key: 'ask:topic.question', say: 'đất đai' },
  {
    key: 'ask:content.question',
    values: { least: ANY, most: ANY, mostFiles: ANY },
    say: 'Hồ sơ cấp giấy chứng nhận quyền sử dụng đất lần đầu gồm những giấy tờ gì, nộp ở đâu và mất bao nhiêu ngày làm việc?',
  },
  {
    key: 'ask:content.received',
    values: { length: ANY, most: ANY, files: ANY, mostFiles: ANY },
    press: 'common:nav.done.label',
  },
  { key: 'ask:summary.question', values: { lines: ANY }, press: 'ask:summary.send.label' },
];

/** What one asker does from /ask to the code, by the words of the locale files; the bare bot says the same. */
export function askScript(): Script {
  const texts = createTexts();
  const label = (key: string): string => `${patternOf(texts, key)}$`;
  return {
    script: {
      start: { say: '/ask' },
      rules: STEPS.map(({ key, values, ...act }) => ({
        when: patternOf(texts, key, values),
        then: 'press' in act ? { press: label(act.press) } : { say: act.say },
      })),
    },
    done: patternOf(texts, 'ask:sent', { code: ANY, due: ANY }),
  };
}
