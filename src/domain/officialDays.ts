import type { CalendarDay } from './calendar.js';
import { addDays } from './localDate.js';

const LABOUR_CODE = 'Bộ luật Lao động 45/2019/QH14, điều 112';
const NOTICE_2021 = 'Thông báo 4875/TB-LĐTBXH';
const NOTICE_2026 = 'Thông báo 9441/TB-BNV';
const SWAP_2026 = 'Công văn 12729/VPCP-KGVX';

/**
 * The days that authorities decided for civil servants, each with its document: 2021 and 2026. Other years are
 * computed (statutoryDays) until somebody enters the decision. Titles are the Vietnamese names in the documents.
 */
export const OFFICIAL_DAYS: readonly CalendarDay[] = [
  ...off('2021-01-01', '2021-01-03', 'Tết Dương lịch', LABOUR_CODE),
  ...off('2021-02-10', '2021-02-16', 'Tết Nguyên đán', NOTICE_2021),
  ...off('2021-04-21', '2021-04-21', 'Giỗ Tổ Hùng Vương', LABOUR_CODE),
  ...off('2021-04-30', '2021-05-03', 'Ngày Chiến thắng và Ngày Quốc tế lao động', LABOUR_CODE),
  ...off('2021-09-02', '2021-09-05', 'Quốc khánh', NOTICE_2021),

  ...off('2026-01-01', '2026-01-01', 'Tết Dương lịch', LABOUR_CODE),
  ...off('2026-01-02', '2026-01-02', 'Nghỉ hoán đổi dịp Tết Dương lịch', SWAP_2026),
  makeUp('2026-01-10', 'Làm bù cho ngày 2/1', SWAP_2026),
  ...off('2026-02-16', '2026-02-20', 'Tết Nguyên đán', NOTICE_2026),
  ...off('2026-04-27', '2026-04-27', 'Nghỉ bù Giỗ Tổ Hùng Vương', LABOUR_CODE),
  ...off('2026-04-30', '2026-05-01', 'Ngày Chiến thắng và Ngày Quốc tế lao động', LABOUR_CODE),
  ...off('2026-08-31', '2026-08-31', 'Nghỉ hoán đổi dịp Quốc khánh', NOTICE_2026),
  makeUp('2026-08-22', 'Làm bù cho ngày 31/8', NOTICE_2026),
  ...off('2026-09-01', '2026-09-02', 'Quốc khánh', NOTICE_2026),
  ...off('2026-11-24', '2026-11-24', 'Ngày Văn hóa Việt Nam', 'Nghị quyết 28/2026/QH16'),
];

function off(from: string, to: string, title: string, document: string): CalendarDay[] {
  const days: CalendarDay[] = [];
  for (let date = from; date <= to; date = addDays(date, 1))
    days.push({ date, kind: 'off', title, document, official: true });
  return days;
}

function makeUp(date: string, title: string, document: string): CalendarDay {
  return { date, kind: 'workingSaturday', title, document, official: true };
}
