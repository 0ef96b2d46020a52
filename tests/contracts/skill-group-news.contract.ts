import type { SkillGroupNews } from '@hookswitch/api/skill-groups/skill-group-news';
import { describe, expect, it, vi } from 'vitest';

/** Two processes that tell each other of changed skill groups. */
export interface SkillGroupNewsWorld {
  readonly mine: SkillGroupNews;
  readonly theirs: SkillGroupNews;
  /** The connections of subscribers break; while they are broken this is done. */
  interrupt(meanwhile: () => Promise<void>): Promise<void>;
}

/** Whoever keeps skill groups in memory is told when one was changed: the same sentences for every adapter. */
export function skillGroupNewsContract(name: string, make: () => Promise<SkillGroupNewsWorld>) {
  describe(`skill group news contract: ${name}`, () => {
    const notebook = () => {
      const heard: string[] = [];
      return {
        heard,
        changed: (accountId: string, skillGroupId: string) => heard.push(`${accountId} ${skillGroupId}`),
        missed: () => heard.push('missed'),
        soon: (wanted: readonly string[]) => vi.waitFor(() => expect(heard).toEqual(wanted), { timeout: 20_000 }),
      };
    };

    it('tells every subscriber of each change, in whichever process, in order', async () => {
      const { mine, theirs } = await make();
      const [here, there, twice] = [notebook(), notebook(), notebook()];
      await mine.subscribe(here);
      await theirs.subscribe(there);
      await theirs.subscribe(twice);
      await theirs.subscribe(twice);
      await mine.tell('AC1', 'SG1');
      await mine.tell('AC2', 'SG2');
      for (const { soon } of [here, there]) await soon(['AC1 SG1', 'AC2 SG2']);
      await twice.soon(['AC1 SG1', 'AC1 SG1', 'AC2 SG2', 'AC2 SG2']);
    });

    it('tells nothing any more to who has ended it, and goes on telling others', async () => {
      const { mine, theirs } = await make();
      const [gone, stays] = [notebook(), notebook()];
      const end = await mine.subscribe(gone);
      await mine.subscribe(stays);
      await end();
      await theirs.tell('AC1', 'SG1');
      await stays.soon(['AC1 SG1']);
      expect(gone.heard).toEqual([]);
    });

    it('says that some may have been missed after a lost connection, and tells the next', async () => {
      const { mine, theirs, interrupt } = await make();
      const notes = notebook();
      await mine.subscribe(notes);
      await theirs.tell('AC1', 'SG1');
      await notes.soon(['AC1 SG1']);
      await interrupt(() => theirs.tell('AC1', 'SG2'));
      await vi.waitFor(() => expect(notes.heard).toContain('missed'), { timeout: 20_000 });
      await theirs.tell('AC1', 'SG3');
      await vi.waitFor(() => expect(notes.heard.at(-1)).toBe('AC1 SG3'), { timeout: 20_000 });
    });
  });
}
