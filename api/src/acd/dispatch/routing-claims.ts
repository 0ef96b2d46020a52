import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CommitResult } from '../live-centre-store.js';
import type { Decision } from '../routing/snapshot.js';
import type { Claims } from './centre-projection.js';

/** A lost commit is followed by the change that won; were it not, it is looked at again so long after, milliseconds. */
const lostMs = 50;
/** After a failure of the store. */
export const retryMs = 500;

export interface RoutingClaimsSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The sequence of the last change that was heard. */
  readonly heardUpTo: () => number;
  /** The call and the agents as they are known now, to see whether they changed. */
  readonly recordsOf: (entryId: string, agentIds: readonly string[]) => readonly unknown[];
  /** Routes them again. */
  readonly lookAgain: (entryId: string, agentIds: readonly string[]) => void;
}

interface Claim {
  readonly entryId: string;
  readonly agentIds: readonly string[];
  over: boolean;
}

/**
 * What was decided and is on its way to the store: left out of further decisions until the change is heard that it made, or that won against it. Each decision ends in one of
 * two ways: it took effect, or its call and agents are looked at again.
 */
export class RoutingClaims implements Claims {
  readonly agents = new Set<string>();
  readonly entries = new Map<string, Decision['type']>();
  readonly #settings: RoutingClaimsSettings;
  readonly #open = new Set<Claim>();
  /** Claims whose fate is known, until the change with that sequence is heard. */
  #settled: { readonly sequence: number; readonly end: () => void }[] = [];

  constructor(settings: RoutingClaimsSettings) {
    this.#settings = settings;
  }

  /** Follows a decision that is being committed. */
  follow(commit: Promise<CommitResult>, { entryId, type }: Decision, agentIds: readonly string[]): void {
    const { clock, logger, recordsOf } = this.#settings;
    const claim: Claim = { entryId, agentIds, over: false };
    this.#open.add(claim);
    this.entries.set(entryId, type);
    for (const agentId of agentIds) this.agents.add(agentId);
    const decidedOn = recordsOf(entryId, agentIds);
    const lookAgain = () => {
      if (this.#free(claim)) this.#settings.lookAgain(entryId, agentIds);
    };
    commit.then(
      (result) => {
        if (result.committed) return this.#whenHeard(result.sequence, () => this.#free(claim));
        const changed = recordsOf(entryId, agentIds).some((record, at) => record !== decidedOn[at]);
        if (changed) return lookAgain();
        this.#whenHeard(this.#settings.heardUpTo() + 1, lookAgain);
        clock.after(lostMs, lookAgain);
      },
      (error: unknown) => {
        logger.warn({ err: error, entryId }, 'a routing decision could not be stored');
        clock.after(retryMs, lookAgain);
      },
    );
  }

  /** A change was heard. */
  heard(sequence: number): void {
    if (this.#settled.length === 0) return;
    const due = this.#settled.filter((one) => one.sequence <= sequence);
    if (due.length === 0) return;
    this.#settled = this.#settled.filter((one) => one.sequence > sequence);
    for (const { end } of due) end();
  }

  /** The state was read anew, or nothing is decided any more: what is on its way counts no more here. */
  clear(): void {
    for (const claim of this.#open) claim.over = true;
    this.#open.clear();
    this.#settled = [];
    this.agents.clear();
    this.entries.clear();
  }

  #whenHeard(sequence: number, end: () => void): void {
    if (sequence <= this.#settings.heardUpTo()) end();
    else this.#settled.push({ sequence, end });
  }

  /** Whether it was still held. */
  #free(claim: Claim): boolean {
    if (claim.over) return false;
    claim.over = true;
    this.#open.delete(claim);
    this.entries.delete(claim.entryId);
    for (const agentId of claim.agentIds) this.agents.delete(agentId);
    return true;
  }
}
