import type { Clock } from '@hookswitch/kernel/clock';
import { type ConferenceName, conferenceKey } from './conference.js';
import type { ConferenceClaims } from './conference-claims.js';

/** Claims in this process's memory. Nodes that share an instance see each other. */
export class MemoryConferenceClaims implements ConferenceClaims {
  readonly #clock: Clock;
  readonly #claims = new Map<string, { readonly nodeId: string; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async claim(of: ConferenceName, nodeId: string, ttlMs: number): Promise<string> {
    const owner = this.#owner(of) ?? nodeId;
    if (owner === nodeId) this.#claims.set(conferenceKey(of), { nodeId, until: this.#clock.now() + ttlMs });
    return owner;
  }

  async renew(of: readonly ConferenceName[], nodeId: string, ttlMs: number): Promise<readonly ConferenceName[]> {
    const lost: ConferenceName[] = [];
    for (const each of of) if ((await this.claim(each, nodeId, ttlMs)) !== nodeId) lost.push(each);
    return lost;
  }

  async release(of: ConferenceName, nodeId: string): Promise<void> {
    if (this.#owner(of) === nodeId) this.#claims.delete(conferenceKey(of));
  }

  async owners(of: readonly ConferenceName[]): Promise<readonly (string | undefined)[]> {
    return of.map((each) => this.#owner(each));
  }

  #owner(of: ConferenceName): string | undefined {
    const claim = this.#claims.get(conferenceKey(of));
    if (!claim || claim.until > this.#clock.now()) return claim?.nodeId;
    this.#claims.delete(conferenceKey(of));
    return undefined;
  }
}
