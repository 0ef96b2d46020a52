import type { OutboundRegistration } from '@hookswitch/media/port/call-engine';

/** How long a node that said nothing keeps a registration, milliseconds. Nodes say so every five seconds. */
const leaseMs = 15_000;

/** Decides by leases which node keeps which registration. */
export interface RegistrationLease {
  /** Takes or prolongs those that no other node has; resolves to those that this node has then. */
  hold(names: readonly string[], ttlMs: number): Promise<readonly string[]>;
  release(names: readonly string[]): Promise<void>;
}

/**
 * Has one node of several keep each registration at a carrier, where the carrier knows them all by the edge's address: two would take turns in replacing
 * each other, and one that leaves would take away the other's.
 */
export class SharedRegistrations {
  readonly #lease: RegistrationLease;
  #held: readonly string[] = [];

  constructor(lease: RegistrationLease) {
    this.#lease = lease;
  }

  /** What this node is to register, and what others do. Rejects where leases cannot be had: then everything stays as it is. */
  async share(registrations: readonly OutboundRegistration[]): Promise<readonly OutboundRegistration[]> {
    this.#held = await this.#lease.hold(registrations.map(leaseName), leaseMs);
    const held = new Set(this.#held);
    return registrations.map((each) => (held.has(leaseName(each)) ? each : { ...each, elsewhere: true }));
  }

  /** Leaves what this node kept to the others. */
  async release(): Promise<void> {
    await this.#lease.release(this.#held);
  }
}

function leaseName({ trunkId }: Pick<OutboundRegistration, 'trunkId'>): string {
  return `registration:${trunkId}`;
}
