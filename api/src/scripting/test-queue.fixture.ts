import { ringbackTone } from '@hookswitch/media/port/sound';
import type { FlowContact } from './flow/flow-contact.js';
import type { CallOutside, CallQueue, JoinQueue, QueuedCall, QueueEnd } from './script-context.js';

/** A queue that does what the test says. */
export class TestQueue implements CallQueue {
  goesOn = false;
  readonly joins: JoinQueue[] = [];
  readonly calledOut: CallOutside[] = [];
  readonly left: string[] = [];
  position = 3;
  /** Rejects the next join. */
  refusal: Error | undefined;
  readonly #waiting = new AbortController();
  #end!: (end: QueueEnd) => void;

  /** What a flow told the contact. */
  readonly told: unknown[] = [];
  /** Whether anybody is at work. */
  seat = true;

  async contact(): Promise<FlowContact> {
    const tell = (what: string) => (given?: unknown) => void this.told.push([what, given]);
    return {
      id: 'CN1',
      endsAs: tell('endsAs'),
      pressed: (key, label) => void this.told.push(['pressed', { key, label }]),
      asksForRating: () => void this.told.push(['asksForRating']),
      rated: tell('rated'),
      voicemailBegins: tell('voicemailBegins'),
      voicemailEnded: (recordingId, durationSeconds) =>
        void this.told.push(['voicemailEnded', { recordingId, durationSeconds }]),
      callback: async (request) => void this.told.push(['callback', request]),
    };
  }

  async hasSeat(): Promise<boolean> {
    if (this.refusal) throw this.refusal;
    return this.seat;
  }

  async callOut(request: CallOutside): Promise<QueuedCall> {
    if (this.refusal) throw this.refusal;
    this.calledOut.push(request);
    return this.#queued();
  }

  async join(request: JoinQueue): Promise<QueuedCall> {
    if (this.refusal) throw this.refusal;
    this.joins.push(request);
    return this.#queued();
  }

  #queued(): QueuedCall {
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
