/** Reads the environment, starts the bot, and stops it in order on SIGTERM or SIGINT. */
import 'dotenv/config';
import { randomUUID } from 'node:crypto';
import { createApp } from './app.js';
import { systemClock } from './clock.js';
import { ConfigError, readConfig, type Config } from './config.js';
import { createLog } from './log.js';

/** A stop that takes longer than this is ended: what was not finished is in the store (issue of record: 10 s). */
const STOP_MS = 10_000;

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createLog(config.logLevel);
  const app = await createApp({ config, log, clock: systemClock, newId: randomUUID, random: Math.random });
  await app.start();
  log.info(
    { port: app.port(), webhook: config.telegram?.webhook !== undefined, embedded: !config.mongodbUri },
    'started',
  );

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    app.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'stop-failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  // The one boundary of the start: what went wrong has no personal data yet, since nobody was heard.
  process.stderr.write(
    `The bot could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
