import type { Headers } from '../../port/live-call.js';
import { type EngineMessage, FakeFarEnd } from './fake-far-end.js';
import type { FakeLeg } from './fake-leg.js';
import { FakeLine } from './fake-line.js';
import type { PlacedCall } from './fake-network.js';
import type { FakeOutside } from './fake-outside.js';

/** How long a caller waits for a word of somebody who is not there (timer B, RFC 3261 17.1.1.2), milliseconds. */
const inviteTimeoutMs = 32_000;

/** The line of a call that came in. */
export class FakeIncomingLine extends FakeLine {
  readonly farEnd: FakeFarEnd;
  readonly #outside: FakeOutside;
  #refused = false;

  constructor(call: PlacedCall, outside: FakeOutside) {
    super();
    this.#outside = outside;
    this.farEnd = new FakeFarEnd(
      { from: call.from, to: call.to, headers: {}, side: 'calling' },
      call.script ?? {},
      {
        send: (message) =>
          outside.later(() =>
            this.whenHeard(message, () => {
              if (!this.isAbandoned) this.leg?.receive(message);
            }),
          ),
        heard: () => this.heard,
      },
      outside.timers,
    );
    if (call.cancelAfterMs !== undefined) {
      outside.timers.after(call.cancelAfterMs, () => {
        if (this.farEnd.status === 'calling') this.farEnd.hangUp();
      });
    }
  }

  /** It was accepted, given to a leg, or refused. */
  get isSettled(): boolean {
    return this.leg !== undefined || this.#refused;
  }

  send(message: EngineMessage): void {
    this.#outside.later(() => this.farEnd.receive(message));
  }

  /** What the caller did while nobody had taken it, a CANCEL above all, counts now. */
  accept(leg: FakeLeg): void {
    this.handTo(leg);
    this.#outside.timers.after(0, () => this.wake());
  }

  refuse(status: number, headers: Headers): void {
    this.#refused = true;
    this.release();
    this.send({ kind: 'refused', status, headers });
  }

  override orphan(): void {
    super.orphan();
    if (this.farEnd.status !== 'calling') return;
    this.#outside.timers.after(inviteTimeoutMs, () => {
      if (this.farEnd.status === 'calling') this.farEnd.receive({ kind: 'refused', status: 408, headers: {} });
    });
  }

  protected letGo(): void {
    this.send({ kind: 'bye' });
  }
}
