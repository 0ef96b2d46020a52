import { createHmac } from 'node:crypto';
import type { DigestAlgorithm } from '../../port/sip-directory.js';

/**
 * What a name that nobody has is offered: mostly what most phones have, sometimes what some have, and always the same for one name, so that a challenge
 * tells nothing of whether the name exists.
 */
export function decoyAlgorithms(secret: Buffer, username: string): readonly DigestAlgorithm[] {
  const [chance = 0] = createHmac('sha256', secret).update(`algorithms of ${username}`).digest();
  if (chance < 192) return ['MD5'];
  return chance < 224 ? ['SHA-256', 'MD5'] : ['SHA-256'];
}
