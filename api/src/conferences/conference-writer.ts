import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Conference } from './conference.js';
import type { ConferenceBook } from './conference-book.js';
import type { ConferenceChange } from './conference-changes.js';

const retryMs = 1000;
/** Longest time that a store which takes nothing is tried again: what happened meanwhile is sound, the record is told later. */
const attempts = 60;

/** Writes what happens in a conference that this node has, one change after another, again where the store takes none. */
export class ConferenceWriter {
  readonly #book: ConferenceBook;
  readonly #of: Pick<Conference, 'accountId' | 'id' | 'nodeId'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #written: Promise<unknown> = Promise.resolve();

  constructor(
    conference: Pick<Conference, 'accountId' | 'id' | 'nodeId'>,
    deps: { readonly book: ConferenceBook; readonly clock: Clock; readonly logger: Logger },
  ) {
    this.#of = conference;
    this.#book = deps.book;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /** Writes it after what was given before. Resolves when it is written, or was given up; what another node has by now is left alone. */
  write(decide: (conference: Conference) => ConferenceChange | undefined): Promise<void> {
    const mine = (conference: Conference) => (conference.nodeId === this.#of.nodeId ? decide(conference) : undefined);
    const written = this.#written.then(() => this.#persist(mine));
    this.#written = written;
    return written;
  }

  async #persist(decide: (conference: Conference) => ConferenceChange | undefined): Promise<void> {
    const { accountId, id } = this.#of;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#book.change(accountId, id, decide);
        return;
      } catch (error) {
        const last = attempt === attempts;
        const said = last ? 'A change of a conference is lost.' : 'A change of a conference could not be written yet.';
        this.#logger[last ? 'error' : 'warn']({ err: error, conferenceId: id, attempt }, said);
        if (last) return;
      }
      await pause(this.#clock, retryMs);
    }
  }
}
