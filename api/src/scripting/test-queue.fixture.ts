import { ringbackTone } from '@hookswitch/media/port/sound';
import type { CallQueue, JoinQueue, QueuedCall, QueueEnd } from './script-context.js';

/** A queue that does what the test says. */
export class TestQueue implements CallQueue {
  readonly joins: JoinQueue[] = [];
  readonly left: string[] = [];
  position = 3;
  /** Rejects the next join. */
  refusal: Error | undefined;
  readonly #waiting = new AbortController();
  #end!: (end: QueueEnd) => void;

  async join(request: JoinQueue): Promise<QueuedCall> {
    if (this.refusal) throw this.refusal;
    this.joins.push(request);
    const over = new Promise<QueueEnd>((resolve) => {
      this.#end = resolve;
    });
    return {
      contactId: 'CN1',
      standing: async () => ({ position: this.position, size: this.position, expectedWaitSeconds: 60 }),
      waitingSound: async () => ringbackTone,
      waiting: this.#waiting.signal,
      leave: (result) => {
        this.left.push(result);
        this.end(result);
      },
      abandon: () => {
        this.left.push('abandoned');
        this.end('left');
      },
      over,
    };
  }

  /** An agent takes the call. */
  taken(): void {
    this.#waiting.abort();
  }

  end(queueResult: QueueEnd['queueResult'], more: Partial<QueueEnd> = {}): void {
    this.#waiting.abort();
    this.#end({ queueResult, waitSeconds: 5, talkSeconds: 0, ...more });
  }
}
