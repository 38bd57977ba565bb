import type { z } from 'zod';
import type { Clock } from '../../src/clock.js';
import type { createCallbackQueries } from './createCallbackQueries.js';
import type { Events } from './createEvents.js';
import type { Faults } from './createFaults.js';
import type { Files } from './createFiles.js';
import type { createLimits } from './createLimits.js';
import type { Polling } from './createPolling.js';
import type { Record_ } from './createRecord.js';
import type { UpdateQueue } from './createUpdateQueue.js';
import type { WebhookDelivery } from './createWebhookDelivery.js';
import type { World } from './createWorld.js';
import { parseParams } from './params.js';
import type { CallParams, Upload } from './wire.js';

/** The parts of one simulator, as its methods and actors need them. */
export type Context = {
  clock: Clock;
  token: string;
  world: World;
  queue: UpdateQueue;
  delivery: WebhookDelivery;
  polling: Polling;
  callbacks: ReturnType<typeof createCallbackQueries>;
  files: Files;
  limits: ReturnType<typeof createLimits>;
  faults: Faults;
  record: Record_;
  events: Events;
  /** What the bot said about itself: commands by scope and language, descriptions, menu buttons. */
  profile: Map<string, unknown>;
};

/** Has something run when the client of a call goes before its answer. */
export type OnGone = (run: () => void) => void;
/** A method of the API: gives its result or throws an ApiError. */
export type Method = (context: Context, params: CallParams, onGone: OnGone) => unknown;

/** A method whose parameters are checked by `schema` first. */
export function defineMethod<S extends z.ZodType>(
  schema: S,
  run: (context: Context, params: z.output<S>, uploads: Map<string, Upload>, onGone: OnGone) => unknown,
): Method {
  return (context, params, onGone) =>
    run(context, parseParams(schema, params.values), params.uploads, onGone);
}
