import type { BenchReport } from './runBench.js';
import { flowsLine } from './flowsLine.js';

const MB = 1e6;

/** The figures as a person reads them, with what is aimed at (issue 3, "Quality"). */
export function printBench(report: BenchReport): void {
  for (const { questions, bare, ours } of report.raw.ledgers) {
    const { broadcast, memory } = ours;
    console.log(`\n${questions.toLocaleString('en')} questions in the ledger`);
    console.log(`  this bot         ${flowsLine(ours.flows)}`);
    console.log(`  bare telegraf    ${flowsLine(bare)}`);
    console.log(
      `  broadcast        ${broadcast.recipients} reminders in ${broadcast.seconds.toFixed(2)} s, floor ${broadcast.floorSeconds} s; ` +
        `${broadcast.limited429} × 429, ${broadcast.refused403} × 403, ${broadcast.overLimit} over the limit`,
    );
    console.log(
      `  first reply      ${ours.coldStartsMs.map((ms) => ms.toFixed(0)).join(', ')} ms after the start; compiled: ${ours.compiledStartsMs.map((ms) => ms.toFixed(0)).join(', ')} ms`,
    );
    console.log(
      `  memory           ${(memory.beside / MB).toFixed(0)} MB, beside ${(memory.mapped / MB).toFixed(0)} MB of mapped files`,
    );
  }
  const aims: [string, number, string, boolean][] = [
    ['askFlowRatio', report.askFlowRatio, '≥ 0.5', report.askFlowRatio >= 0.5],
    ['broadcastOverFloor', report.broadcastOverFloor, '≤ 1.05', report.broadcastOverFloor <= 1.05],
    ['p99Growth', report.p99Growth, '≤ 1.5', report.p99Growth <= 1.5],
    ['coldStartMs', report.coldStartMs, '< 2000', report.coldStartMs < 2000],
    ['memoryMb', report.memoryMb, '< 300', report.memoryMb < 300],
  ];
  console.log('');
  for (const [name, value, aim, isMet] of aims)
    console.log(
      `${name.padEnd(20)} ${value.toFixed(value < 10 ? 3 : 0).padStart(8)}   ${aim.padEnd(8)} ${isMet ? 'met' : 'NOT MET'}`,
    );
  console.log(`${report.raw.seconds.toFixed(0)} s in all`);
}
