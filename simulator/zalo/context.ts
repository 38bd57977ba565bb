import type { Clock } from '../../src/clock.js';
import type { Events } from './createEvents.js';
import type { Faults } from './createFaults.js';
import type { Grants } from './createGrants.js';
import type { Record_ } from './createRecord.js';
import type { WebhookDelivery } from './createWebhookDelivery.js';
import type { World } from './createWorld.js';

/** The parts of one simulator, as its endpoints and actors need them. */
export type Context = {
  clock: Clock;
  app: { appId: string; appSecret: string; oaId: string; oaSecretKey: string };
  /** What the account's package takes from 48 hours to 7 days; which shape of buttons it takes. */
  rules: { paidWindow: 'billed' | 'refused'; buttons: 'plain' | 'button' | 'either'; callsPerMinute: number };
  /** Registered templates by id; `promotional` ones are barred at night. */
  templates: ReadonlyMap<string, { params: readonly string[]; promotional?: boolean }>;
  world: World;
  grants: Grants;
  delivery: WebhookDelivery;
  faults: Faults;
  record: Record_;
  events: Events;
  origin(): string;
};
