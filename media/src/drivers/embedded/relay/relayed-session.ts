import { NoEncryptionError } from '../../../port/engine-errors.js';
import { isDemanded, type MediaEncryption } from '../../../port/media-encryption.js';
import type { MediaPath } from '../../../port/media-path.js';
import {
  type MediaRelay,
  MediaRelayFullError,
  MediaRelayRefusedError,
  MediaRelaySessionError,
  type OutsideMedia,
  type RelayFigures,
} from '../../../port/media-relay.js';
import type { RelaySessionSnapshot } from '../../../port/relay-session-snapshot.js';
import { encryptionOf, isSecured, lacksKeys } from '../../../sip/sdp/sound-encryption.js';
import { type ControlPlace, isControlPlace } from './control-places.js';
import { outsideMediaOf, soundOnly, soundPlaces } from './outside-media.js';

/** Branches of one forked INVITE that get ports of their own. */
const mostBranches = 16;

/** What a later process needs to go on with it: plain JSON. */
export interface RelayedSnapshot {
  readonly relay: RelaySessionSnapshot;
  readonly outside: OutsideMedia;
  readonly encryption: MediaEncryption;
  readonly branch?: string;
}

/** The relay, and where relays take commands. */
interface SessionRelay {
  readonly relay: MediaRelay;
  readonly controls?: readonly ControlPlace[];
}

/** What one SIP session's descriptions go through on their way between our media plane and a far end beyond the relay. */
export class RelayedSession {
  readonly id: string;
  readonly #relay: MediaRelay;
  readonly #controls: readonly ControlPlace[];
  #outside: OutsideMedia;
  readonly #encryption: MediaEncryption;
  /** Whom an offer within the session is for: the fork that answered. */
  #branch: string | undefined;
  readonly #branches = new Set<string>();
  /** Answers since the last offer: the same one in a 183 and in the 200 is passed once. */
  readonly #answers = new Map<string, Promise<string>>();
  /** How the far end's sound is encrypted, by what it said last. */
  #farEncryption: MediaPath['encryption'] = 'none';
  #closed: Promise<RelayFigures> | undefined;

  /** `outside`: what the far end is offered where we offer first. `encryption`: where that is demanded, no description in the clear passes, neither way. */
  constructor(id: string, use: SessionRelay, outside: OutsideMedia, encryption: MediaEncryption = 'none') {
    this.id = id;
    this.#relay = use.relay;
    this.#controls = use.controls ?? [];
    this.#outside = outside;
    this.#encryption = encryption;
  }

  /** The session of a former process, once its relay took it over. */
  static takenOver(
    { relay: { sessionId }, outside, encryption, branch }: RelayedSnapshot,
    use: SessionRelay,
  ): RelayedSession {
    const session = new RelayedSession(sessionId, use, outside, encryption);
    session.#branch = branch;
    return session;
  }

  /** Undefined where the relay does not know it, or it is closed. It is another after each description that passed. */
  snapshot(): RelayedSnapshot | undefined {
    const relay = this.#closed ? undefined : this.#relay.snapshot(this.id);
    if (!relay) return undefined;
    return { relay, outside: this.#outside, encryption: this.#encryption, ...named(this.#branch) };
  }

  /** How its sound travels. */
  get path(): MediaPath {
    const relay = this.#relay.carrierOf(this.id);
    return { encryption: this.#farEncryption, ...(relay === undefined ? {} : { relay }) };
  }

  /** The far end would do with a call in the clear. */
  get isOpportunistic(): boolean {
    return this.#outside.opportunistic === true || !isSecured(this.#outside.protocol);
  }

  /** The far end's offer, for our media plane. Rejects as the relay does, with `SipSyntaxError`, and with `NoEncryptionError`. */
  async offerFromFar(offer: string, branch = this.#branch): Promise<string> {
    const sdp = this.#sealed(soundOnly(offer));
    this.#mustBeHarmless(sdp);
    this.#outside = outsideMediaOf(sdp);
    this.#answers.clear();
    const seen = await this.#relay.offer(this.#opened(), { from: 'outside', sdp, ...named(branch) });
    this.#farEncryption = encryptionOf(sdp);
    return seen;
  }

  /** Our media plane's offer, for the far end. */
  async offerFromUs(sdp: string): Promise<string> {
    this.#answers.clear();
    const offer = { from: 'inside', sdp, outside: this.#outside, ...named(this.#branch) } as const;
    return this.#sealed(await this.#relay.offer(this.#opened(), offer));
  }

  /** The far end's answer, for our media plane. `branch`: the To tag of the fork that it comes from. */
  async answerFromFar(sdp: string, branch = this.#branch): Promise<string> {
    this.#mustBeHarmless(this.#sealed(sdp));
    if (branch !== undefined && this.#branches.add(branch).size > mostBranches) {
      throw new MediaRelayFullError('the call forks too often');
    }
    this.#branch = branch;
    this.#farEncryption = encryptionOf(sdp);
    return this.#once(`${branch}\n${sdp}`, () =>
      this.#relay.answer(this.#opened(), { from: 'outside', sdp, ...named(branch) }),
    );
  }

  /** Our media plane's answer, for the far end. */
  async answerFromUs(sdp: string): Promise<string> {
    const answer = { from: 'inside', sdp, ...named(this.#branch) } as const;
    return this.#once(sdp, async () => this.#sealed(await this.#relay.answer(this.#opened(), answer)));
  }

  /** Gives the relay's ports back. Again: the same figures. */
  close(): Promise<RelayFigures> {
    this.#closed ??= this.#relay.delete(this.id);
    return this.#closed;
  }

  /** What the far end says, or is told: encrypted where that is demanded, and where it says so itself. rtpengine would answer without keys, and be silent. */
  #sealed(sdp: string): string {
    if (lacksKeys(sdp) || (isDemanded(this.#encryption) && encryptionOf(sdp) === 'none')) throw new NoEncryptionError();
    return sdp;
  }

  /** Nobody is sent sound where a relay takes commands. Throws also where the description cannot be read. */
  #mustBeHarmless(sdp: string): void {
    if (soundPlaces(sdp).some(({ address, port }) => isControlPlace(address, port, this.#controls))) {
      throw new MediaRelayRefusedError('its media would go where a relay takes commands');
    }
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
