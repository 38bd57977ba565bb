import type { Accept, Decoded, Webhook } from '../channel.js';
import { sleep, type Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { decode, interactionOf } from './decode.js';
import { PATHS } from './facts.js';
import { parseJson } from './parseJson.js';
import { verifySignature } from './verifySignature.js';
import { eventSchema, signedSchema, type ZaloEvent } from './wire.js';

/** The platform waits 2 s and then sends again. */
const ANSWER_MS = 1_800;

/**
 * The webhook: verifies, decodes, stores through `accept`, and only then answers 200; 503 when that is not sure in
 * time. Saving the address in the console sends an unsigned `{}`, which is answered 200 and goes no further. What is
 * signed and makes no sense is answered 200 and counted, since a refusal would only bring it back.
 */
export function createWebhook(needs: {
  appId: string;
  oaSecretKey: string;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
  accept(): Accept | undefined;
  nameOf: (userId: string) => string;
  /** The person did something that opens the window. */
  interacted(userId: string, at: Date): void;
}): Webhook {
  const { appId, oaSecretKey, clock, log } = needs;

  const store = async (updates: readonly Decoded[]): Promise<number> => {
    const accept = needs.accept();
    if (accept === undefined) return 503;
    const enough = new AbortController();
    const late = sleep(clock, ANSWER_MS, enough.signal).then(() => 503);
    try {
      return await Promise.race([accept(updates).then(() => 200), late]);
    } catch (err) {
      log.warn({ err }, 'zalo-webhook-not-stored');
      return 503;
    } finally {
      enough.abort();
    }
  };

  return {
    path: PATHS.webhook,
    async receive({ headers, body }) {
      const read = readBody(body);
      const signature = headers['x-zevent-signature'];
      if (signature === undefined && isProbe(read)) return { status: 200 };
      if (!verifySignature({ header: signature, body, appId, oaSecretKey, ...signedFields(read) })) {
        log.warn({ signed: signature !== undefined }, 'zalo-webhook-forged');
        return { status: 401 };
      }
      const event = eventSchema.safeParse(read);
      if (!event.success)
        return { status: await store([{ kind: 'ignored', id: 'zalo:malformed', why: 'malformed' }]) };
      const now = clock.now();
      const updates = decode(event.data, { appId, now, nameOf: needs.nameOf });
      tellUnknown(updates, event.data, log);
      const status = await store(updates);
      const interaction = interactionOf(event.data, now);
      if (status === 200 && interaction) needs.interacted(interaction.user, interaction.at);
      return { status };
    },
  };
}

/** undefined when it is no JSON. */
function readBody(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : parseJson(body.toString('utf8'));
  } catch {
    return undefined; // unsigned it is refused, signed it is counted
  }
}

function isProbe(read: unknown): boolean {
  return typeof read === 'object' && read !== null && Object.keys(read).length === 0;
}

/** The timestamp as it stands in the body, and the account's id if the event names it. */
function signedFields(read: unknown): { timestamp: string; oaId?: string } {
  const { timestamp, oa_id: flat, recipient } = signedSchema.parse(read);
  const oaId = flat ?? recipient?.id;
  return { timestamp: timestamp ?? '', ...(oaId === undefined ? {} : { oaId }) };
}

function tellUnknown(updates: readonly Decoded[], event: ZaloEvent, log: Pick<Log, 'info'>): void {
  const unknown = updates.some((update) => update.kind === 'ignored' && update.why === 'unknown-event');
  if (unknown && /^\w{1,60}$/.test(event.event_name))
    log.info({ event: event.event_name }, 'zalo-unknown-event');
}
