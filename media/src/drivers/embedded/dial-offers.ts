import type { MediaEncryption } from '../../port/media-encryption.js';
import type { DialBranch } from './dial-plan.js';
import { LegDescription } from './leg-description.js';
import type { LegSurroundings } from './leg-surroundings.js';
import type { RelayedSession } from './relay/relayed-session.js';

/** The places of a dial that are tried at once. */
interface OfferedGroup {
  readonly encryption: MediaEncryption;
  /** Our media port. */
  readonly port: number;
  /** Whether the call is still tried there. */
  isTried(): boolean;
  ready(branch: DialBranch, description: LegDescription, sdp: string): void;
  /** None can be made for one of them. */
  failed(error: unknown): void;
}

/** Makes the offers for a group of branches, which may have to pass a relay. */
export class DialOffers {
  readonly #group: OfferedGroup;
  readonly #around: LegSurroundings;
  #atRelay = 0;

  constructor(group: OfferedGroup, around: LegSurroundings) {
    this.#group = group;
    this.#around = around;
  }

  /** Whether one is at the relay. */
  get pending(): boolean {
    return this.#atRelay > 0;
  }

  make(branch: DialBranch): void {
    const { far = branch.target } = branch;
    const relayed = this.#around.relays.forTarget(far.transport, this.#group.encryption);
    if (relayed) void this.#relayed(branch, relayed);
    else this.#straight(branch);
  }

  #straight(branch: DialBranch): void {
    const { far = branch.target } = branch;
    const host = this.#around.stack.hostTowards(far.address);
    const description = LegDescription.make(host, this.#group.port, this.#around);
    this.#group.ready(branch, description, description.offer());
  }

  async #relayed(branch: DialBranch, relayed: RelayedSession): Promise<void> {
    const { far = branch.target } = branch;
    const host = this.#around.mediaAddress(far.address);
    const description = LegDescription.make(host, this.#group.port, this.#around, relayed);
    this.#atRelay += 1;
    const made = await relayed.offerFromUs(description.offer()).then(
      (sdp) => ({ sdp }),
      (error: unknown) => ({ error }),
    );
    this.#atRelay -= 1;
    const tried = this.#group.isTried();
    if ('sdp' in made && tried) {
      this.#group.ready(branch, description, made.sdp);
      return;
    }
    void relayed.close();
    if ('sdp' in made) return;
    if (tried && this.#around.relays.mayGoStraight(relayed, made.error)) this.#straight(branch);
    else this.#group.failed(made.error);
  }
}
