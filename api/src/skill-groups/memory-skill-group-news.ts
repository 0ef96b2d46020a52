import type { SkillGroupListener, SkillGroupNews } from './skill-group-news.js';

/** News for all who share this instance, in this process's memory. */
export class MemorySkillGroupNews implements SkillGroupNews {
  readonly #listeners = new Set<SkillGroupListener>();
  #interrupted = false;

  async tell(accountId: string, skillGroupId: string): Promise<void> {
    if (this.#interrupted) return;
    for (const listener of [...this.#listeners]) listener.changed(accountId, skillGroupId);
  }

  async subscribe(listener: SkillGroupListener): Promise<() => Promise<void>> {
    // Of its own, so that one listener given twice is told twice.
    const own: SkillGroupListener = {
      changed: (accountId, skillGroupId) => listener.changed(accountId, skillGroupId),
      missed: () => listener.missed(),
    };
    this.#listeners.add(own);
    return async () => {
      this.#listeners.delete(own);
    };
  }

  /** For tests: subscribers hear nothing of what happens meanwhile, and are told so. */
  async interrupt(meanwhile: () => Promise<void>): Promise<void> {
    this.#interrupted = true;
    await meanwhile();
    this.#interrupted = false;
    for (const listener of [...this.#listeners]) listener.missed();
  }
}
