import type { LiveCall } from '../../port/live-call.js';
import { EmbeddedLeg } from './embedded-leg.js';

/** The legs of one engine: all of them, by the name that the media plane knows, and by their SIP sessions (a dial has several). */
export class LegRegistry {
  readonly #legs = new Set<EmbeddedLeg>();
  readonly #byLegId = new Map<string, EmbeddedLeg>();
  readonly #bySession = new Map<string, EmbeddedLeg>();
  /** What names of legs begin with; no process that follows on this one uses them again. */
  readonly #prefix: string;
  #last = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#legs.size;
  }

  get all(): readonly EmbeddedLeg[] {
    return [...this.#legs];
  }

  /** A name for the media plane that no other leg has. */
  newLegId(): string {
    this.#last += 1;
    return `${this.#prefix}${this.#last}`;
  }

  add(leg: EmbeddedLeg): void {
    this.#legs.add(leg);
    this.#byLegId.set(leg.media.legId, leg);
  }

  remove(leg: EmbeddedLeg): void {
    this.#legs.delete(leg);
    this.#byLegId.delete(leg.media.legId);
  }

  byLegId(legId: string): EmbeddedLeg | undefined {
    return this.#byLegId.get(legId);
  }

  bySession(sessionId: string): EmbeddedLeg | undefined {
    return this.#bySession.get(sessionId);
  }

  /** Events of this session are the leg's from now on. */
  follow(sessionId: string, leg: EmbeddedLeg): void {
    this.#bySession.set(sessionId, leg);
  }

  unfollow(sessionId: string): void {
    this.#bySession.delete(sessionId);
  }

  /** The leg behind what the product holds. Throws `TypeError` for that of another engine. */
  own(call: LiveCall): EmbeddedLeg {
    const leg = this.all.find((each) => each === call);
    if (leg) return leg;
    if (call instanceof EmbeddedLeg) return call;
    throw new TypeError('That leg belongs to another engine.');
  }
}
