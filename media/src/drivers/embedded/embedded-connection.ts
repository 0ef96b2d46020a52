import type { Connection } from '../../port/call-engine.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { MediaPlane } from './media-plane/media-plane.js';

type ConnectionEnd = Awaited<Connection['ended']>;

/** Two embedded legs that hear each other, from the moment both have media ports. */
export class EmbeddedConnection implements Connection {
  readonly ended: Promise<ConnectionEnd>;
  readonly #a: EmbeddedLeg;
  readonly #b: EmbeddedLeg;
  readonly #plane: MediaPlane;
  readonly #onOver: (connection: EmbeddedConnection) => void;
  #resolve!: (end: ConnectionEnd) => void;
  #over = false;
  #joined = false;

  constructor(a: EmbeddedLeg, b: EmbeddedLeg, plane: MediaPlane, onOver: (connection: EmbeddedConnection) => void) {
    this.#a = a;
    this.#b = b;
    this.#plane = plane;
    this.#onOver = onOver;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (a.status === 'ended') this.#end('a-ended');
    else if (b.status === 'ended') this.#end('b-ended');
    else this.#begin();
  }

  has(leg: EmbeddedLeg): boolean {
    return leg === this.#a || leg === this.#b;
  }

  disconnect(): void {
    this.#end('disconnected');
  }

  #begin(): void {
    const [a, b] = [this.#a, this.#b];
    a.onEnd = () => this.#end('a-ended');
    b.onEnd = () => this.#end('b-ended');
    a.onSignalledDigit = (digit) => void b.sendDigits(digit);
    b.onSignalledDigit = (digit) => void a.sendDigits(digit);
    for (const leg of [a, b]) leg.media.whenOpen(() => this.#join());
  }

  #join(): void {
    if (this.#over || this.#joined || !this.#a.media.open || !this.#b.media.open) return;
    this.#joined = true;
    this.#plane.connect(this.#a.media.legId, this.#b.media.legId);
  }

  #end(end: ConnectionEnd): void {
    if (this.#over) return;
    this.#over = true;
    for (const leg of [this.#a, this.#b]) {
      leg.onEnd = undefined;
      leg.onSignalledDigit = undefined;
    }
    if (this.#joined) this.#plane.disconnect(this.#a.media.legId);
    this.#onOver(this);
    this.#resolve(end);
  }
}
