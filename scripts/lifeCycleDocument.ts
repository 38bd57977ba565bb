import { LIFE_CYCLE } from '../src/domain/lifeCycle.js';
import { STAGES } from '../src/domain/question.js';

/** docs/life-cycle.md: the table of the question's life as Markdown, and as a diagram of what changes the stage. */
export function lifeCycleDocument(): string {
  const rows = LIFE_CYCLE.map(({ action, from, to, who }) => [
    action,
    from.join(', '),
    to === 'same' ? '(unchanged)' : to,
    who.join(', '),
  ]);
  const arrows = LIFE_CYCLE.flatMap(({ action, from, to }) =>
    to === 'same' ? [] : from.map((stage) => `  ${stage} --> ${to}: ${action}`),
  );
  const ends = STAGES.filter((stage) =>
    LIFE_CYCLE.every(({ from, to }) => to === 'same' || !from.includes(stage)),
  );
  return [
    '# The life of a question',
    '',
    'Written by `npx tsx scripts/write-life-cycle.ts` from the table in `src/domain/lifeCycle.ts`; a test keeps them equal.',
    'The guard of every use case and the buttons of every card come from the same table.',
    '',
    ...table(['action', 'from', 'to', 'who may'], rows),
    '',
    '`choose` needs a question that is not chosen yet; `unchoose` and `air` need a chosen one; `verify` one that is not verified.',
    "Being chosen for an episode (none → chosen → aired) is a second track beside the stage. 'Overdue' is calculated, never a stage.",
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> received: submit',
    ...arrows,
    ...ends.map((stage) => `  ${stage} --> [*]`),
    '```',
    '',
  ].join('\n');
}

/** A Markdown table with even columns, as the formatter writes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
