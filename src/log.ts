import { pino, type Logger } from 'pino';
import type { LogLevel } from './config.js';

/** Structured logging: fields that hold no personal data, then a stable code (E4). */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * What must never be printed, should it ever come near a log line: it is cut out at any of these names, at the
 * top and one level down.
 */
const PERSONAL = [
  'text',
  'content',
  'name',
  'address',
  'email',
  'phone',
  'caption',
  'body',
  'message',
  'token',
  'secret',
  'organisation',
  'profile',
  'draft',
  'uri',
  'url',
];

/** A pino logger at `level` that writes JSON lines to standard output. */
export function createLog(level: LogLevel): Log {
  return pino({
    level,
    redact: { paths: PERSONAL.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    serializers: { err: serialiseError },
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

/** An error as a log line may hold it: no message (it could quote what a person typed), the stack's places only. */
function serialiseError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: serialiseError(error.cause) }),
  };
}
