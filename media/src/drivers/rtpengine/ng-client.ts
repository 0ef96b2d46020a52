import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import type { DatagramClient, DatagramClientReceiver } from '../../net/datagram-client.js';
import { TimerSet } from '../../port/timer-set.js';
import { type BencodedDictionary, decodeBencode, encodeBencode, isDictionary } from './bencode.js';

/** Opens UDP towards one rtpengine's ng port. */
export type OpenNgSocket = (receiver: DatagramClientReceiver) => Promise<DatagramClient>;

export interface NgClientSettings {
  readonly open: OpenNgSocket;
  readonly clock: Clock;
  readonly random: Random;
  /** No answer for so long is a failure, milliseconds. */
  readonly timeoutMs: number;
  /** When a command is sent again, milliseconds after it was first: under the same cookie, so that rtpengine does it once. */
  readonly resendMs: readonly number[];
  /** Commands that may wait for their answer at once. */
  readonly maxOutstanding: number;
}

/** Why a command has no answer. `refused`: the machine says that nobody listens there. */
export class NgFailure extends Error {
  readonly kind: 'timeout' | 'busy' | 'refused' | 'malformed' | 'closed';

  constructor(kind: NgFailure['kind'], detail = '') {
    super(`no answer from rtpengine: ${kind}${detail && ` (${detail})`}`);
    this.kind = kind;
  }
}

interface Waiting {
  readonly resolve: (answer: BencodedDictionary) => void;
  readonly reject: (failure: NgFailure) => void;
}

/** Control of one rtpengine by its ng protocol: a cookie, a space, a bencoded dictionary, each way in one datagram. */
export class NgClient {
  readonly #settings: NgClientSettings;
  readonly #timers: TimerSet;
  readonly #waiting = new Map<string, Waiting>();
  #socket: Promise<DatagramClient> | undefined;
  #closed = false;

  constructor(settings: NgClientSettings) {
    this.#settings = settings;
    this.#timers = new TimerSet(settings.clock);
  }

  get outstanding(): number {
    return this.#waiting.size;
  }

  /** Sends a command and resolves with the answer, whatever it says. Rejects with `NgFailure`. */
  async ask(command: BencodedDictionary): Promise<BencodedDictionary> {
    const { random, maxOutstanding } = this.#settings;
    if (this.#closed) throw new NgFailure('closed');
    if (this.#waiting.size >= maxOutstanding) throw new NgFailure('busy');
    // Unguessable: who cannot read what we send cannot answer it.
    const cookie = Buffer.from(random.bytes(12)).toString('hex');
    const bytes = Buffer.from(`${cookie} ${encodeBencode(command)}`);
    return new Promise((resolve, reject) => this.#send(cookie, bytes, { resolve, reject }));
  }

  /** Opens anew with the next command, and looks the name up again. */
  reopen(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.then(
      (open) => open.close(),
      () => undefined,
    );
  }

  close(): void {
    this.#closed = true;
    for (const { reject } of [...this.#waiting.values()]) reject(new NgFailure('closed'));
    this.reopen();
    this.#timers.cancelAll();
  }

  #send(cookie: string, bytes: Buffer, { resolve, reject }: Waiting): void {
    const { timeoutMs, resendMs } = this.#settings;
    const transmit = () => {
      this.#opened().then(
        (socket) => {
          if (this.#waiting.has(cookie)) socket.send(bytes);
        },
        () => settle(() => reject(new NgFailure('refused', 'its name or address cannot be used'))),
      );
    };
    const cancels = resendMs.map((delay) => this.#timers.after(delay, transmit));
    cancels.push(this.#timers.after(timeoutMs, () => settle(() => reject(new NgFailure('timeout')))));
    const settle = (action: () => void) => {
      if (!this.#waiting.delete(cookie)) return;
      for (const cancel of cancels) cancel();
      action();
    };
    this.#waiting.set(cookie, {
      resolve: (answer) => settle(() => resolve(answer)),
      reject: (failure) => settle(() => reject(failure)),
    });
    transmit();
  }

  #opened(): Promise<DatagramClient> {
    this.#socket ??= this.#settings
      .open({
        onDatagram: (bytes) => this.#received(bytes),
        onError: (code) => this.#broken(code),
      })
      .catch((error: unknown) => {
        this.#socket = undefined;
        throw error;
      });
    return this.#socket;
  }

  #received(bytes: Uint8Array): void {
    const space = bytes.subarray(0, 64).indexOf(0x20);
    if (space < 0) return;
    const waiting = this.#waiting.get(Buffer.from(bytes.subarray(0, space)).toString('latin1'));
    // A second answer to a command that was sent twice, or somebody's guess.
    if (!waiting) return;
    try {
      const answer = decodeBencode(bytes.subarray(space + 1));
      if (!isDictionary(answer)) throw new RangeError('no dictionary');
      waiting.resolve(answer);
    } catch (error) {
      waiting.reject(new NgFailure('malformed', error instanceof Error ? error.message : ''));
    }
  }

  /** The kernel tells of a closed port once, for whatever was sent last: all that wait are in the same boat. */
  #broken(code: string): void {
    if (code !== 'ECONNREFUSED') return;
    for (const { reject } of [...this.#waiting.values()]) reject(new NgFailure('refused'));
  }
}
