import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const HOLDER = fileURLToPath(new URL('./holder.ts', import.meta.url));

/** A process of its own that will hold a store. */
export type Holder = {
  /** Opens the store; gives its address. */
  open(): Promise<string>;
  /** kill -9; resolves once the process is gone. */
  kill(): Promise<void>;
};

/** Starts the process, which waits to be told to open the store in `dir`. */
export function spawnHolder(dir: string): Holder {
  const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  return {
    async open() {
      child.stdin.write('open\n');
      const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as unknown[];
      if (!Buffer.isBuffer(line)) throw new Error('the store did not open');
      return line.toString().trim();
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
