import type { LiveCall } from '@hookswitch/media/port/live-call';
import { ringTones } from '../../scripting/index.js';
import type { CallsDeps } from '../calls-deps.js';

/** Lets a party that is being handed on hear that it rings elsewhere. */
export function hearRinging(leg: LiveCall, { logger }: Pick<CallsDeps, 'logger'>): { stop(): void } {
  const over = new AbortController();
  leg
    .play(ringTones.us, { loops: 0, signal: over.signal })
    .catch((error: unknown) => logger.warn({ err: error }, 'the ringing tone could not be played'));
  return { stop: () => over.abort() };
}
