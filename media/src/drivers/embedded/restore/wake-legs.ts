import { randomInteger } from '@hookswitch/kernel/random';
import type { LegSurroundings } from '../leg-surroundings.js';
import { reasonHeader } from '../session-end.js';
import type { ReturningPhones } from './returning-phones.js';
import type { TakenOver } from './take-legs-over.js';

/** A refresh of ours that may be due is sent within so long, milliseconds: not all at once. */
const refreshWithin = { least: 500, most: 10_000 };

/** Callers whom the process before had not answered may call again after so long. */
const retryAfterSeconds = 5;

/** There are sockets: the legs that were taken over are told what came meanwhile, and the far ends of the others are let go. */
export function wakeLegs(
  { legs, lost, unanswered }: TakenOver,
  { stack, random, trust, logger }: LegSurroundings,
  phones: ReturningPhones,
): void {
  const reason = reasonHeader({ result: 'completed', by: 'system', reason: 'owner-lost' });
  for (const sessionId of lost) stack.do((agent, now) => agent.hangUp(sessionId, { reason }, now));
  for (const invite of unanswered) {
    try {
      stack.do((agent, now) => agent.giveUp(invite, { reason, retryAfterSeconds }, now));
    } catch (error) {
      logger.warn({ err: error }, 'a call of the process before that nobody had answered could not be ended');
    }
  }
  for (const { leg, open } of legs) {
    trust(leg.signallingAddress);
    phones.expect(leg);
    const { sessionId } = leg;
    const delayMs = randomInteger(random, refreshWithin.least, refreshWithin.most);
    if (sessionId !== undefined) stack.do((agent, now) => agent.refreshAfter(sessionId, delayMs, now));
    for (const digit of open.digits) leg.digit(digit, 'media');
    if (open.mediaLost) leg.mediaLost();
  }
}
