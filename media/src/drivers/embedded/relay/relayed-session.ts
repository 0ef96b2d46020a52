import {
  type MediaRelay,
  MediaRelayFullError,
  MediaRelaySessionError,
  type OutsideMedia,
  type RelayFigures,
} from '../../../port/media-relay.js';
import { outsideMediaOf } from './outside-media.js';

/** Branches of one forked INVITE that get ports of their own. */
const mostBranches = 16;

/** What one SIP session's descriptions go through on their way between our media plane and a far end beyond the relay. */
export class RelayedSession {
  readonly id: string;
  readonly #relay: MediaRelay;
  #outside: OutsideMedia;
  /** Whom an offer within the session is for: the fork that answered. */
  #branch: string | undefined;
  readonly #branches = new Set<string>();
  /** Answers since the last offer: the same one in a 183 and in the 200 is passed once. */
  readonly #answers = new Map<string, Promise<string>>();
  #closed: Promise<RelayFigures> | undefined;

  /** `outside`: what the far end is offered where we offer first. */
  constructor(id: string, relay: MediaRelay, outside: OutsideMedia) {
    this.id = id;
    this.#relay = relay;
    this.#outside = outside;
  }

  /** The far end's offer, for our media plane. Rejects as the relay does, and with `SipSyntaxError`. */
  async offerFromFar(sdp: string, branch = this.#branch): Promise<string> {
    this.#outside = outsideMediaOf(sdp);
    this.#answers.clear();
    return this.#relay.offer(this.#opened(), { from: 'outside', sdp, ...named(branch) });
  }

  /** Our media plane's offer, for the far end. */
  async offerFromUs(sdp: string): Promise<string> {
    this.#answers.clear();
    const { protocol, ice } = this.#outside;
    const outside = { protocol, ice };
    return this.#relay.offer(this.#opened(), { from: 'inside', sdp, outside, ...named(this.#branch) });
  }

  /** The far end's answer, for our media plane. `branch`: the To tag of the fork that it comes from. */
  async answerFromFar(sdp: string, branch = this.#branch): Promise<string> {
    outsideMediaOf(sdp);
    if (branch !== undefined && this.#branches.add(branch).size > mostBranches) {
      throw new MediaRelayFullError('the call forks too often');
    }
    this.#branch = branch;
    return this.#once(`${branch}\n${sdp}`, () =>
      this.#relay.answer(this.#opened(), { from: 'outside', sdp, ...named(branch) }),
    );
  }

  /** Our media plane's answer, for the far end. */
  async answerFromUs(sdp: string): Promise<string> {
    return this.#once(sdp, () => this.#relay.answer(this.#opened(), { from: 'inside', sdp, ...named(this.#branch) }));
  }

  /** Gives the relay's ports back. Again: the same figures. */
  close(): Promise<RelayFigures> {
    this.#closed ??= this.#relay.delete(this.id);
    return this.#closed;
  }

  #opened(): string {
    if (this.#closed) throw new MediaRelaySessionError();
    return this.id;
  }

  #once(key: string, pass: () => Promise<string>): Promise<string> {
    const known = this.#answers.get(key);
    if (known) return known;
    const passed = pass();
    this.#answers.set(key, passed);
    return passed;
  }
}

function named(branch: string | undefined): { branch?: string } {
  return branch === undefined ? {} : { branch };
}
