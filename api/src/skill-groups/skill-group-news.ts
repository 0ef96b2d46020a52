/**
 * Tells every process that a skill group's record was made, changed or removed, so that who keeps records in memory reads that one again. It refuses to know what
 * the record says.
 *
 * What must hold:
 * - Whoever has subscribed hears of each group that is told afterwards, in whichever process that is, its own included.
 * - After a lost connection subscribers are told that they may have missed some.
 */
export interface SkillGroupNews {
  /** After the change is stored. */
  tell(accountId: string, skillGroupId: string): Promise<void>;
  /** Resolves once all that is told from now on is heard, to what ends it. A listener must not throw. */
  subscribe(listener: SkillGroupListener): Promise<() => Promise<void>>;
}

export interface SkillGroupListener {
  changed(accountId: string, skillGroupId: string): void;
  /** Some may have been missed: every record may be another one. */
  missed(): void;
}
