import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { RoutingGroup } from '../routing/snapshot.js';

/** Reads a skill group's record; undefined where there is none. Answers may be a moment old. */
export type SkillGroupOf = (accountId: string, skillGroupId: string) => Promise<SkillGroupRules | undefined>;

/** What routing needs of a skill group's record. */
export interface SkillGroupRules extends RoutingGroup {
  readonly revision: number;
  readonly ringTimeoutSeconds?: number;
}

/** A record that was read so long ago is read again when it is needed, milliseconds. */
export const groupKeptMs = 2000;

export interface GroupBookSettings {
  readonly accountId: string;
  readonly read: SkillGroupOf;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Its record is there for the first time, or is another one. */
  readonly changed: (skillGroupId: string) => void;
}

/**
 * The skill groups of an account that routing needs, in memory: routing itself waits for nothing. What is old is used and read again; who asked is told when
 * it turns out different.
 */
export class GroupBook {
  readonly groups: ReadonlyMap<string, SkillGroupRules>;
  readonly #groups = new Map<string, SkillGroupRules>();
  /** When each was asked for last; those with an answer are in `#answered`. */
  readonly #askedAt = new Map<string, number>();
  readonly #answered = new Set<string>();
  /** Number of the last asking, and of that whose answer was taken, by group. */
  readonly #turns = new Map<string, { asked: number; taken: number }>();
  readonly #settings: GroupBookSettings;

  constructor(settings: GroupBookSettings) {
    this.#settings = settings;
    this.groups = this.#groups;
  }

  /** Whether that group's record (or its absence) is known. Reads it where it is not, or is old. */
  knows(skillGroupId: string): boolean {
    const askedAt = this.#askedAt.get(skillGroupId);
    const now = this.#settings.clock.monotonic();
    if (askedAt === undefined || now - askedAt >= groupKeptMs) {
      this.#askedAt.set(skillGroupId, now);
      void this.#ask(skillGroupId);
    }
    return this.#answered.has(skillGroupId);
  }

  /** Reads it again: it was changed. */
  refresh(skillGroupId: string): void {
    if (this.#turns.has(skillGroupId)) void this.#ask(skillGroupId);
  }

  /** Reads all again: any of them may have been changed. */
  refreshAll(): void {
    for (const skillGroupId of this.#turns.keys()) void this.#ask(skillGroupId);
  }

  async #ask(skillGroupId: string): Promise<void> {
    const { accountId, read, logger, changed } = this.#settings;
    const turns = this.#turns.get(skillGroupId) ?? { asked: 0, taken: 0 };
    this.#turns.set(skillGroupId, turns);
    const turn = ++turns.asked;
    try {
      const group = await read(accountId, skillGroupId);
      // A later asking was answered before: that answer is newer.
      if (turn < turns.taken) return;
      turns.taken = turn;
      const before = this.#groups.get(skillGroupId);
      const first = !this.#answered.has(skillGroupId);
      this.#answered.add(skillGroupId);
      if (group) this.#groups.set(skillGroupId, group);
      else this.#groups.delete(skillGroupId);
      if (first || before?.revision !== group?.revision) changed(skillGroupId);
    } catch (error) {
      logger.warn(
        { err: error, skillGroupId },
        'a skill group could not be read; the calls that wait for it are routed later',
      );
      // Asked again soon, by who needs it.
      this.#askedAt.delete(skillGroupId);
    }
  }
}
