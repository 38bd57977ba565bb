import { writeFileSync } from 'node:fs';
import { lifeCycleDocument } from './lifeCycleDocument.js';

// Writes docs/life-cycle.md from the one table in src/domain/lifeCycle.ts.
writeFileSync(new URL('../docs/life-cycle.md', import.meta.url), lifeCycleDocument());
