import type { ConferenceName } from './conference.js';

/**
 * Which node mixes which conference: a lease on the conference's name, with an expiry. It refuses to know what a conference is.
 *
 * What must hold: of nodes that claim a name at once one gets it and all are told that one; nobody has a name whose lease ran out; a node never takes or
 * releases what another has. Names of two accounts have nothing to do with each other.
 */
export interface ConferenceClaims {
  /** Takes the name for that node, for `ttlMs` from now, where nobody has it. Resolves to whoever has it then. */
  claim(of: ConferenceName, nodeId: string, ttlMs: number): Promise<string>;
  /** Prolongs that node's claims, and takes again those whose lease ran out. Resolves to those that another node has, in the order given. */
  renew(of: readonly ConferenceName[], nodeId: string, ttlMs: number): Promise<readonly ConferenceName[]>;
  /** Gives the name up. Nothing where another node has it. */
  release(of: ConferenceName, nodeId: string): Promise<void>;
  /** Who has each, in the order given; undefined where nobody does. */
  owners(of: readonly ConferenceName[]): Promise<readonly (string | undefined)[]>;
}
