import { createHash } from 'node:crypto';
import type { Random } from '@hookswitch/kernel/random';

/**
 * Ids of the channels that a node makes: UUIDs (RFC 9562, version 8) whose first half says which node made them. So a channel is known as ours from its id alone, whatever
 * else of it was lost.
 */
export class ChannelIds {
  readonly #mark: string;
  readonly #random: Random;

  constructor(nodeId: string, random: Random) {
    this.#mark = createHash('sha256').update(nodeId).digest('hex').slice(0, 12);
    this.#random = random;
  }

  next(): string {
    const chance = Buffer.from(this.#random.bytes(10)).toString('hex');
    return `${this.#mark.slice(0, 8)}-${this.#mark.slice(8, 12)}-8${chance.slice(0, 3)}-a${chance.slice(3, 6)}-${chance.slice(6, 18)}`;
  }

  /** Whether this node made the channel. */
  isOurs(id: string): boolean {
    return id.startsWith(`${this.#mark.slice(0, 8)}-${this.#mark.slice(8, 12)}-8`);
  }
}
