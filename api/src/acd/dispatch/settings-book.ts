import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CentreSettings, CentreSettingsOf } from '../../contact-centre/centre-settings.js';

/** Settings that were kept so many times too long are not used before they are read again: somebody may have changed them and waits to see it. */
const usableTimes = 5;
/** A reading is waited for so long, milliseconds. */
const patienceMs = 500;

export interface SettingsBookDeps {
  readonly accountId: string;
  readonly settingsOf: CentreSettingsOf;
  /** Settings that were read so long ago are read again when they are needed, milliseconds. */
  readonly settingsKeptMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** They may be used again. */
  readonly usableAgain: () => void;
}

/** An account's settings in memory, so that routing waits for nothing while calls come and go; after a quiet time they are read before they are used. */
export class SettingsBook {
  readonly #deps: SettingsBookDeps;
  #settings: CentreSettings;
  #askedAt: number;
  #readAt: number;

  private constructor(deps: SettingsBookDeps, settings: CentreSettings) {
    this.#deps = deps;
    this.#settings = settings;
    this.#askedAt = this.#readAt = deps.clock.monotonic();
  }

  /** Rejects where they cannot be read. */
  static async open(deps: SettingsBookDeps): Promise<SettingsBook> {
    return new SettingsBook(deps, await deps.settingsOf(deps.accountId));
  }

  get settings(): CentreSettings {
    return this.#settings;
  }

  /** Whether to decide by them now. Where not, `usableAgain` follows; what cannot be read, or not soon, holds nobody up: then those that are known count. */
  usable(): boolean {
    const { clock, settingsKeptMs } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#askedAt >= settingsKeptMs) {
      this.#askedAt = now;
      void this.#read();
    }
    return now - this.#readAt < usableTimes * settingsKeptMs;
  }

  async #read(): Promise<void> {
    const { accountId, settingsOf, clock, logger, usableAgain } = this.#deps;
    const read = new AbortController();
    const reading = settingsOf(accountId)
      .then(
        (settings) => {
          this.#settings = settings;
        },
        (error: unknown) =>
          logger.warn({ err: error, accountId }, 'the settings of a contact centre could not be read'),
      )
      .finally(() => read.abort());
    await Promise.race([reading, pause(clock, patienceMs, read.signal)]);
    this.#readAt = clock.monotonic();
    usableAgain();
  }
}
