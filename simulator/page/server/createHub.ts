import type { ServerResponse } from 'node:http';

const MOST_LISTENERS = 16;
const BEAT_MS = 20_000;

export type Hub = ReturnType<typeof createHub>;

/**
 * Tells every open page what happens, by server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html). A page that cannot keep up is let go; it comes back
 * by itself and is told everything anew.
 */
export function createHub() {
  const listeners = new Set<ServerResponse>();
  const beat = setInterval(() => {
    for (const response of listeners) response.write(':\n\n');
  }, BEAT_MS);
  beat.unref();

  const write = (response: ServerResponse, event: string, data: unknown): void => {
    const fits = response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (!fits && response.writableLength > 8 * 1024 * 1024) response.destroy();
  };

  return {
    /** Keeps `response` open; answers false when too many pages are open. `hello` is the first event. */
    open(response: ServerResponse, hello: unknown): boolean {
      if (listeners.size >= MOST_LISTENERS) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      write(response, 'hello', hello);
      return true;
    },
    tell(event: string, data: unknown): void {
      for (const response of listeners) write(response, event, data);
    },
    listeners: (): number => listeners.size,
    close(): void {
      clearInterval(beat);
      for (const response of listeners) response.end();
    },
  };
}
