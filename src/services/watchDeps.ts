import type { Log } from '../log.js';
import type { ProgressStore } from '../store/progress.js';
import type { ActDeps } from './act.js';
import type { Recount } from './recount.js';
import type { Services } from './services.js';

/** What the parts of the tick work with. */
export type WatchDeps = ActDeps & {
  progress: ProgressStore;
  recount: Recount;
  act: Services['act'];
  log: Log;
};
