/** A way to the store that can be blocked; for tests of a store that is away. */
import net from 'node:net';

export type Proxy = {
  uri: string;
  /** Nothing goes through any more, and nothing is refused: the store hangs. */
  stall(): void;
  /** What was held goes through. */
  resume(): void;
  /** Connections are cut and refused. */
  cut(): void;
  mend(): Promise<void>;
};

export async function startProxy(targetUri: string): Promise<Proxy> {
  const sockets = new Set<net.Socket>();
  let isStalled = false;
  const server = net.createServer((client) => {
    const target = net.connect(addressOf(targetUri));
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => to.write(data));
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => to.destroy());
      if (isStalled) from.pause();
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    cut,
    mend: () => listen(port),
  };
}

/** A socket's path, or host and port. */
function addressOf(uri: string): net.NetConnectOpts {
  const host = decodeURIComponent(/^mongodb:\/\/([^/]*)/.exec(uri)?.[1] ?? '');
  if (host.endsWith('.sock')) return { path: host };
  const [name = '127.0.0.1', port = '27017'] = host.split(':');
  return { host: name, port: Number(port) };
}
