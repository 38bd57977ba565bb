/** Calls of the Bot API through telegraf's client, each with a time-out of its own. */
import http from 'node:http';
import https from 'node:https';
import { Telegram } from 'telegraf';
import type { Clock } from '../../clock.js';

/** Enough for every message that delivery has under way, toasts and the long poll beside them. */
const SOCKETS = 128;
const CALL_MS = 15_000;
const UPLOAD_MS = 60_000;

export type CallOptions = { timeoutMs?: number; signal?: AbortSignal };

export type Client = {
  /** The call's result, unread. Throws telegraf's TelegramError for a refusal, FetchError or AbortError for the network. */
  call(method: string, payload: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  close(): void;
};

/** telegraf gives up after 500 s only and never tries again; both are seen to here and in delivery. */
export function createClient(token: string, apiRoot: string, clock: Clock): Client {
  const { Agent } = apiRoot.startsWith('http:') ? http : https;
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  const telegram = new Telegram(token, { apiRoot, webhookReply: false });
  telegram.options.agent = agent; // for http the constructor takes it away again

  // Newer methods and fields than telegraf's types know are called too, so its types are set aside here.
  const callApi = telegram.callApi.bind(telegram) as (
    method: string,
    payload: Record<string, unknown>,
    options: { signal: AbortSignal },
  ) => Promise<unknown>;

  return {
    async call(method, payload, { timeoutMs, signal } = {}) {
      const given = new AbortController();
      const abort = (): void => given.abort();
      const limit = timeoutMs ?? (method === 'sendDocument' ? UPLOAD_MS : CALL_MS);
      const cancel = clock.wakeAt(new Date(clock.now().getTime() + limit), abort);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await callApi(method, payload, { signal: given.signal });
      } finally {
        cancel();
        signal?.removeEventListener('abort', abort);
      }
    },
    close: () => agent.destroy(),
  };
}
