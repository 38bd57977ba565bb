/** Kills the bot under load and proves that nothing is lost or done twice: `npm run chaos [-- --kills 100 --seed 1]`. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runChaos } from './chaos/runChaos.js';

const argsSchema = z.object({
  kills: z.coerce.number().int().min(1).max(10_000).default(100),
  seed: z.coerce.number().int().default(1),
  verbose: z.boolean().default(false),
});

const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, verbose: { type: 'boolean' } },
});
const { kills, seed, verbose } = argsSchema.parse(values);
console.log(`${kills} kills, seed ${seed}`);
const report = await runChaos({
  kills,
  seed,
  said: (line) => {
    if (verbose || /^\d*0\. /.test(line)) console.log(line);
  },
});
const { faults, ...figures } = report;
for (const [name, value] of Object.entries(figures))
  console.log(`${name.padEnd(20)} ${Math.round(value * 10) / 10}`);
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(
  faults.length === 0
    ? 'Nothing lost, nothing done twice; what was shown twice was in flight at a kill.'
    : `${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);
