import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import { advanceLeg, type LegSignal } from './leg-state.js';
import type { CallFacts, LegEvents, LegStatus } from './live-call.js';
import type { Termination } from './termination.js';
import type { TransferRequest } from './transfer.js';

export interface LegRecordInit {
  readonly id: string;
  readonly facts: CallFacts;
  readonly status: LegStatus;
}

/** What every driver's leg keeps of itself: where it stands, what is known of it, how it ended, and who listens. */
export abstract class LegRecord {
  readonly id: string;
  protected readonly emitter: Emitter<LegEvents>;
  #facts: CallFacts;
  #status: LegStatus;
  #termination: Termination | undefined;

  constructor({ id, facts, status }: LegRecordInit, onListenerError?: (error: unknown, event: string) => void) {
    this.id = id;
    this.#facts = facts;
    this.#status = status;
    this.emitter = new Emitter(onListenerError);
  }

  get events(): Listenable<LegEvents> {
    return this.emitter;
  }

  get facts(): CallFacts {
    return this.#facts;
  }

  get status(): LegStatus {
    return this.#status;
  }

  get termination(): Termination | undefined {
    return this.#termination;
  }

  /** Hands a wish to transfer to the product. False where nobody listens. */
  offerTransfer(request: TransferRequest): boolean {
    if (this.emitter.listenerCount('referred') === 0) return false;
    this.emitter.emit('referred', request);
    return true;
  }

  /** Signalling taught us more. */
  protected learn(facts: Partial<CallFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** Throws `InvalidLegTransitionError` where its status does not allow it. */
  protected advance(signal: LegSignal): void {
    this.#status = advanceLeg(this.#status, signal);
  }

  /** It is over, by this. */
  protected terminate(termination: Termination): void {
    this.advance('end');
    this.#termination = termination;
  }
}
