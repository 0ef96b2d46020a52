import { type Random, randomInteger } from '@hookswitch/kernel/random';

/**
 * How long to wait after a 491 before the re-INVITE is tried again, milliseconds (RFC 3261 14.1): whoever made the Call-ID waits 2.1 to 4 s, the other
 * 0 to 2 s, both in steps of 10 ms.
 */
export function glareDelay(ownsCallId: boolean, random: Random): number {
  return ownsCallId ? randomInteger(random, 210, 400) * 10 : randomInteger(random, 0, 200) * 10;
}
