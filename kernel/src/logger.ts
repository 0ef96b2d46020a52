import { type Logger as PinoLogger, pino } from 'pino';

/** A pino logger. Make children bound to `callId` and `accountId`; `error` means that a person must act. */
export type Logger = PinoLogger;

/** Field names whose values never reach a log, wherever they stand. */
const secrets = ['password', 'secret', 'token', 'authorization', 'apiKey', 'ha1', 'signingSecret'];

/** The process's root logger: JSON lines on standard output. */
export function createLogger(options: { level: string; name?: string; destination?: NodeJS.WritableStream }): Logger {
  const settings = {
    name: options.name ?? 'hookswitch',
    level: options.level,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

/** Swallows everything: for tests that are not about logs. */
export const silentLogger: Logger = pino({ level: 'silent' });
