/**
 * Measures speed and memory beside a bare telegraf bot, in one run:
 * `npm run bench [-- --json] [--questions 1000,100000] [--quick] [--profile folder]`.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { printBench } from './bench/printBench.js';
import { runBench } from './bench/runBench.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    questions: { type: 'string', default: '1000,100000' },
    profile: { type: 'string' },
  },
});
const questions = z
  .array(z.coerce.number().int().min(1))
  .min(1)
  .parse(values.questions.split(','))
  .sort((a, b) => a - b);
const report = await runBench({
  questions,
  quick: values.quick,
  ...(values.profile === undefined ? {} : { profileDir: resolve(values.profile) }),
  said: (line) => process.stderr.write(`${line}\n`),
});
if (values.json) console.log(JSON.stringify(report));
else printBench(report);
