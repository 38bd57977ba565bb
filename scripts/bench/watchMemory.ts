import { readFileSync } from 'node:fs';

const EVERY_MS = 1_000;

export type MemoryWatch = {
  /** The most that the process took in RAM beside the files of the store that it maps, in bytes. */
  most(): { rss: number; mapped: number; beside: number };
  stop(): void;
};

/**
 * Watches a process's memory (Linux: /proc/<pid>/smaps). Pages of files in `dataDir` are the page cache of the embedded
 * store, which the system takes back when it needs them; they are counted apart.
 */
export function watchMemory(pid: number, dataDir: string): MemoryWatch {
  let most = { rss: 0, mapped: 0, beside: 0 };
  const look = (): void => {
    const now = measure(pid, dataDir);
    if (now && now.beside > most.beside) most = now;
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    most: () => {
      look();
      return most;
    },
    stop: () => clearInterval(timer),
  };
}

function measure(pid: number, dataDir: string): { rss: number; mapped: number; beside: number } | undefined {
  let smaps: string;
  try {
    smaps = readFileSync(`/proc/${pid}/smaps`, 'utf8');
  } catch {
    return undefined; // it has ended, or this is no Linux
  }
  let rss = 0;
  let mapped = 0;
  let isOurs = false;
  for (const line of smaps.split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isOurs = line.includes(dataDir);
    const kilobytes = /^Rss:\s+(\d+) kB/.exec(line)?.[1];
    if (kilobytes === undefined) continue;
    rss += Number(kilobytes) * 1024;
    if (isOurs) mapped += Number(kilobytes) * 1024;
  }
  return { rss, mapped, beside: rss - mapped };
}
