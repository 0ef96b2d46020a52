import { randomInteger } from '@hookswitch/kernel/random';
import { type RAck, readRAck } from '../parse/reliability.js';
import type { ServerRequest } from '../server-request.js';
import type { HeaderList, ResponseOptions } from '../sip-command.js';
import type { Stack } from '../stack.js';
import type { TimerHandle } from '../timer-queue.js';

/** A provisional answer of ours. */
export interface Provisional {
  readonly status: number;
  readonly options: ResponseOptions;
}

/** Whose provisionals these are. */
export interface ProvisionalsUser {
  /** Writes it with these headers; what its description means is decided now. */
  write(provisional: Provisional, headers: HeaderList): { bytes: Buffer; hasDescription: boolean };
  /** It went out for the first time. */
  sent(provisional: Provisional): void;
  /** Nobody acknowledged it for 64×T1. */
  gaveUp(): void;
}

interface Unacknowledged {
  readonly rseq: number;
  readonly hasDescription: boolean;
  repeat: TimerHandle | undefined;
  readonly giveUp: TimerHandle;
}

/**
 * Provisional answers to one INVITE that are repeated until their PRACK (RFC 3262 3): from T1 on at doubling intervals, over every transport, for at
 * most 64×T1. One at a time: the next waits until the one before it is acknowledged.
 */
export class ReliableProvisionals {
  readonly #stack: Stack;
  readonly #invite: ServerRequest;
  readonly #user: ProvisionalsUser;
  #rseq: number;
  #unacknowledged: Unacknowledged | undefined;
  readonly #waiting: Provisional[] = [];
  #closed = false;

  constructor(stack: Stack, invite: ServerRequest, user: ProvisionalsUser) {
    this.#stack = stack;
    this.#invite = invite;
    this.#user = user;
    this.#rseq = randomInteger(stack.settings.random, 1, 0x7fff_ffff);
  }

  /** Whether one waits for its PRACK. */
  get pending(): boolean {
    return this.#unacknowledged !== undefined;
  }

  /** Whether one with a description waits for its PRACK: no 2xx before that (3262 3, 5). */
  get holdsAnswer(): boolean {
    return this.#unacknowledged?.hasDescription === true;
  }

  /** Sends it as soon as the one before it is acknowledged. */
  add(provisional: Provisional): void {
    this.#waiting.push(provisional);
    this.next();
  }

  /** Sends the next one, if nothing is in its way. */
  next(): void {
    if (this.#closed || this.#unacknowledged) return;
    const provisional = this.#waiting.shift();
    if (!provisional) return;
    const rseq = this.#rseq++;
    const headers: HeaderList = [
      ['Require', '100rel'],
      ['RSeq', String(rseq)],
    ];
    const { bytes, hasDescription } = this.#user.write(provisional, headers);
    if (!this.#invite.sendBytes(provisional.status, bytes)) return;
    const { timers, settings } = this.#stack;
    const giveUp = timers.set(64 * settings.timers.t1, () => {
      this.#stopRepeating();
      this.#user.gaveUp();
    });
    const unacknowledged: Unacknowledged = { rseq, hasDescription, repeat: undefined, giveUp };
    const again = (delay: number) => {
      unacknowledged.repeat = timers.set(delay, () => {
        this.#invite.sendBytes(provisional.status, bytes);
        again(delay * 2);
      });
    };
    this.#unacknowledged = unacknowledged;
    again(settings.timers.t1);
    this.#user.sent(provisional);
  }

  /** Takes a PRACK. False where it matches nothing that waits for one (3262 3: 481). */
  acknowledge(rack: RAck): boolean {
    const { number, method } = this.#invite.request.cseq;
    if (rack.response !== this.#unacknowledged?.rseq || rack.cseq !== number || rack.method !== method) return false;
    this.#stopRepeating();
    this.#unacknowledged = undefined;
    return true;
  }

  /** The INVITE was answered: nothing is sent or repeated any more, but a PRACK on its way is still known (3262 3). */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#stopRepeating();
  }

  #stopRepeating(): void {
    this.#stack.timers.cancel(this.#unacknowledged?.repeat);
    this.#stack.timers.cancel(this.#unacknowledged?.giveUp);
  }
}

/** Whether a PRACK acknowledges one of these; answered here where it does not (RFC 3262 3: 481). */
export function takePrack(request: ServerRequest, provisionals: ReliableProvisionals | undefined): boolean {
  const rack = readRAck(request.request);
  if (rack && provisionals?.acknowledge(rack)) return true;
  if (rack) request.send(481);
  else request.send(400, { phrase: 'Missing or bad RAck' });
  return false;
}
