import type { Clock } from '@hookswitch/kernel/clock';
import type { KamailioCommands } from './kamailio-commands.js';

/**
 * Who proved to a node who it is, as one Kamailio remembers it. It is told after a restart, since whoever floods with the addresses of others (UDP) would
 * get them banned until they have proved themselves again.
 */
export class KnownSenders {
  readonly #commands: KamailioCommands;
  readonly #clock: Clock;
  readonly #everyMs: number;
  #addresses: readonly string[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  /** @param everyMs how old what is told may be, milliseconds */
  constructor(commands: KamailioCommands, clock: Clock, everyMs: number) {
    this.#commands = commands;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Remembers who is known now. */
  async remember(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#readAt < this.#everyMs) return;
    this.#readAt = now;
    this.#addresses = [...(await this.#commands.table('known')).keys()];
  }

  /** Tells those remembered, each for as long as one that proves itself now. */
  async tell(): Promise<void> {
    for (const address of this.#addresses) await this.#commands.setValue('known', address, '1');
  }
}
