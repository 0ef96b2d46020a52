import type { Connection } from '../../port/call-engine.js';
import type { FakeLeg } from './fake-leg.js';

type ConnectionEnd = Awaited<Connection['ended']>;

/** Two fake legs that hear each other. Joining a leg that is in a connection ends that one first. */
export class FakeConnection implements Connection {
  readonly ended: Promise<ConnectionEnd>;
  readonly #a: FakeLeg;
  readonly #b: FakeLeg;
  #resolve!: (end: ConnectionEnd) => void;
  #over = false;
  readonly #onOver: (connection: FakeConnection) => void;

  constructor(a: FakeLeg, b: FakeLeg, onOver: (connection: FakeConnection) => void) {
    this.#a = a;
    this.#b = b;
    this.#onOver = onOver;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (a.status === 'ended') this.#end('a-ended');
    else if (b.status === 'ended') this.#end('b-ended');
    else {
      a.setPeer(b);
      b.setPeer(a);
    }
  }

  has(leg: FakeLeg): boolean {
    return leg === this.#a || leg === this.#b;
  }

  disconnect(): void {
    this.#end('disconnected');
  }

  /** One of the two ended. */
  legEnded(leg: FakeLeg): void {
    this.#end(leg === this.#a ? 'a-ended' : 'b-ended');
  }

  #end(end: ConnectionEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#a.setPeer(undefined);
    this.#b.setPeer(undefined);
    this.#onOver(this);
    this.#resolve(end);
  }
}
