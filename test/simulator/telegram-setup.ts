import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Telegraf, Telegram } from 'telegraf';
import { afterEach, expect } from 'vitest';
import {
  startTelegramSimulator,
  type TelegramSimulator,
  type TelegramSimulatorOptions,
} from '../../simulator/telegram/startTelegramSimulator.js';
import type { WireUpdate } from '../../simulator/telegram/wire.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Has `end` run after the present test. */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}

/** A simulator without limits unless told, and telegraf's client for it. */
export async function startSimulator(
  options: TelegramSimulatorOptions = {},
): Promise<{ sim: TelegramSimulator; api: Telegram }> {
  const sim = await startTelegramSimulator({ limits: 'off', ...options });
  atEnd(() => sim.close());
  return { sim, api: new Telegram(sim.token, { apiRoot: sim.apiRoot }) };
}

/** A telegraf bot for the simulator, not yet launched. */
export function createBot(sim: TelegramSimulator): Telegraf {
  return new Telegraf(sim.token, { telegram: { apiRoot: sim.apiRoot, webhookReply: false } });
}

/** Launches a telegraf bot over polling or a webhook. */
export async function launch(bot: Telegraf, way: 'polling' | 'webhook'): Promise<void> {
  if (way === 'polling') {
    void bot.launch();
    atEnd(() => bot.stop());
    return;
  }
  const url = await listen((request, response) => void bot.webhookCallback('/')(request, response));
  await bot.telegram.setWebhook(url);
}

export type Delivery = { update: WireUpdate; headers: IncomingMessage['headers']; at: number };

/** A webhook that notes what comes; `answer` decides the status by what came (200 unless told). */
export async function startWebhook(
  answer: (delivery: Delivery, response: ServerResponse) => void = (_, response) => response.end(),
): Promise<{ url: string; got: Delivery[]; texts: () => (string | undefined)[] }> {
  const got: Delivery[] = [];
  const url = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      // The simulator is the one that wrote it.
      const update = JSON.parse(body) as WireUpdate;
      const delivery = { update, headers: request.headers, at: performance.now() };
      got.push(delivery);
      answer(delivery, response);
    });
  });
  return { url, got, texts: () => got.map(({ update }) => update.message?.text) };
}

/** A server on loopback until the test ends; gives its address. */
export async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server's address is no string.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Waits, turn by turn of the event loop, until `condition` holds; fails after 10 s. */
export async function eventually(condition: () => boolean): Promise<void> {
  const until = performance.now() + 10_000;
  while (!condition() && performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
  expect(condition()).toBe(true);
}
