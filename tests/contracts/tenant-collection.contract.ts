import {
  type CollectionDefinition,
  DuplicateRecordError,
  InvalidCursorError,
  StaleRecordError,
  type TenantCollection,
  type TenantRecord,
} from '@hookswitch/api/store/tenant-collection';
import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** A record that has something of everything. */
export interface Thing extends TenantRecord {
  readonly name: string;
  readonly number?: string | undefined;
  readonly status: 'new' | 'used' | 'gone';
  readonly owner: string | null;
  readonly addresses: readonly string[];
  readonly nested: { readonly list: readonly { readonly value: number }[] };
}

const definition: CollectionDefinition<Thing> = {
  name: 'things',
  unique: [
    { name: 'number', fields: ['number'], within: 'installation' },
    { name: 'name', fields: ['name', 'owner'], within: 'account' },
  ],
  indexes: [['status']],
  sharedIndexes: [['addresses']],
};

/** Where an account's things are kept: the same sentences for every store. `make` gives a collection with nothing in it. */
export function tenantCollectionContract(
  name: string,
  make: (definition: CollectionDefinition<Thing>) => Promise<TenantCollection<Thing>>,
): void {
  describe(`tenant collection contract: ${name}`, () => {
    async function setUp() {
      const clock = new ManualClock();
      const newId = idMaker(clock, seededRandom(1));
      const things = await make(definition);
      const [mine, theirs] = [newId('AC'), newId('AC')];
      const thing = (more: Partial<Thing> = {}): Thing => {
        clock.advance(1);
        const at = new Date(clock.now()).toISOString();
        const id = newId('TK');
        return {
          id,
          accountId: mine,
          revision: 1,
          createdAt: at,
          updatedAt: at,
          name: id,
          status: 'new',
          owner: 'o',
          addresses: [],
          nested: { list: [{ value: 1 }] },
          ...more,
        };
      };
      const add = async (more: Partial<Thing> = {}) => {
        const made = thing(more);
        await things.insert(made);
        return made;
      };
      return { clock, newId, things, mine, theirs, thing, add };
    }

    it('gives back what was inserted, and leaves out what was undefined', async () => {
      const { things, add, mine } = await setUp();
      const made = await add({ nested: { list: [{ value: 1 }, { value: 2.5 }] }, owner: null });
      expect(await things.get(mine, made.id)).toEqual(made);
      expect(await things.acrossAccounts.get(made.id)).toEqual(made);
      const bare = await add({ number: undefined });
      expect(Object.keys((await things.get(mine, bare.id))!)).not.toContain('number');
    });

    it('inserts many at once, each once, and leaves those that are there as they are', async () => {
      const { things, mine, theirs, thing, add } = await setUp();
      const there = await add({ status: 'used' });
      const [one, two] = [thing({ number: undefined }), thing({ accountId: theirs })];
      await things.insertMissing([one, { ...there, status: 'gone' }, two]);
      await things.insertMissing([two, one]);
      await things.insertMissing([]);
      expect((await things.get(mine, there.id))!.status).toBe('used');
      expect(Object.keys((await things.get(mine, one.id))!)).not.toContain('number');
      expect(await things.get(theirs, two.id)).toEqual(two);
      expect(await things.count(mine)).toBe(2);
    });

    it('inserts the rest of many where one breaks a unique rule, and says which rule', async () => {
      const { things, mine, thing, add } = await setUp();
      const there = await add({ number: '+1' });
      const [same, other] = [thing({ number: '+1' }), thing({ number: '+2' })];
      await expect(things.insertMissing([there, same, other])).rejects.toMatchObject({
        code: new DuplicateRecordError('things', 'number').code,
        rule: 'number',
      });
      expect(await things.get(mine, same.id)).toBeUndefined();
      expect(await things.get(mine, other.id)).toEqual(other);
    });

    it('cannot be changed through what it was given or gave', async () => {
      const { things, add, mine } = await setUp();
      const made = await add();
      (made.nested.list as { value: number }[])[0]!.value = 99;
      const read = (await things.get(mine, made.id))!;
      expect(read.nested.list[0]!.value).toBe(1);
      (read.nested.list as { value: number }[])[0]!.value = 99;
      expect((await things.get(mine, made.id))!.nested.list[0]!.value).toBe(1);
    });

    it('shows no account what is another’s, in any way', async () => {
      const { things, add, mine, theirs } = await setUp();
      const made = await add({ number: '1' });
      expect(await things.get(theirs, made.id)).toBeUndefined();
      expect(await things.findOne(theirs, { number: '1' })).toBeUndefined();
      expect((await things.list(theirs, {})).items).toEqual([]);
      expect(await things.count(theirs)).toBe(0);
      expect(await things.remove(theirs, made.id)).toBe(false);
      await expect(things.replace({ ...made, accountId: theirs })).rejects.toThrow(StaleRecordError);
      expect(await things.get(mine, made.id)).toEqual(made);
    });

    it('refuses an id, or unique values, that are there already, and says which rule', async () => {
      const { things, thing, add, theirs } = await setUp();
      const made = await add({ number: '1', name: 'a' });
      await expect(things.insert(thing({ id: made.id, name: 'z' }))).rejects.toMatchObject({ rule: 'id' });
      await expect(things.insert(thing({ number: '1', accountId: theirs }))).rejects.toMatchObject({ rule: 'number' });
      await expect(things.insert(thing({ name: 'a' }))).rejects.toMatchObject({ rule: 'name' });
      await expect(things.insert(thing({ name: 'a' }))).rejects.toThrow(DuplicateRecordError);
      await add({ name: 'a', accountId: theirs });
      await add({ name: 'a', owner: 'p' });
    });

    it('leaves records out of a rule whose field they do not have', async () => {
      const { add } = await setUp();
      await add();
      await add();
      await add({ name: 'a', owner: null });
      await add({ name: 'a', owner: null });
    });

    it('gives a unique value back when its record changes or goes', async () => {
      const { things, add, mine } = await setUp();
      const first = await add({ number: '1' });
      const second = await add({ number: '2' });
      await expect(things.replace({ ...second, number: '1' })).rejects.toMatchObject({ rule: 'number' });
      expect(await things.get(mine, second.id)).toEqual(second);
      const moved = await things.replace({ ...first, number: '3' });
      await things.replace({ ...second, number: '1' });
      await things.remove(mine, moved.id);
      await add({ number: '3' });
    });

    it('replaces the revision that was read, and of two at once exactly one', async () => {
      const { things, add, mine } = await setUp();
      const made = await add();
      const outcomes = await Promise.allSettled([
        things.replace({ ...made, status: 'used' }),
        things.replace({ ...made, status: 'gone' }),
      ]);
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(won).toHaveLength(1);
      expect(lost[0]!.reason).toBeInstanceOf(StaleRecordError);
      expect(won[0]!.value.revision).toBe(2);
      expect(await things.get(mine, made.id)).toEqual(won[0]!.value);
    });

    it('does not bring back what was removed', async () => {
      const { things, add, mine } = await setUp();
      const made = await add();
      expect(await things.remove(mine, made.id)).toBe(true);
      expect(await things.remove(mine, made.id)).toBe(false);
      await expect(things.replace(made)).rejects.toThrow(StaleRecordError);
      expect(await things.get(mine, made.id)).toBeUndefined();
    });

    it('drops a field that a replacement no longer has', async () => {
      const { things, add, mine } = await setUp();
      const made = await add({ number: '1' });
      const { number: _number, ...without } = made;
      await things.replace(without);
      expect(await things.get(mine, made.id)).not.toHaveProperty('number');
      await add({ number: '1' });
    });

    it('finds by value, set, range, member and absence', async () => {
      const { things, add, mine } = await setUp();
      const a = await add({ status: 'new', addresses: ['10.0.0.1', '10.0.0.2'], owner: null, number: '1' });
      const b = await add({ status: 'used', addresses: ['10.0.0.2'] });
      const c = await add({ status: 'gone' });
      const ids = async (where: Parameters<typeof things.count>[1] & object) => {
        const { items } = await things.list(mine, { where });
        expect(await things.count(mine, where)).toBe(items.length);
        return items.map(({ id }) => id);
      };
      expect(await ids({ status: 'used' })).toEqual([b.id]);
      expect(await ids({ status: { in: ['new', 'gone'] } })).toEqual([c.id, a.id]);
      expect(await ids({ addresses: { contains: '10.0.0.2' } })).toEqual([b.id, a.id]);
      expect(await ids({ createdAt: { gte: b.createdAt } })).toEqual([c.id, b.id]);
      expect(await ids({ createdAt: { gte: a.createdAt, lt: c.createdAt } })).toEqual([b.id, a.id]);
      expect(await ids({ owner: null })).toEqual([a.id]);
      expect(await ids({ number: { in: ['1', '7'] }, status: 'new' })).toEqual([a.id]);
      expect(await ids({ status: undefined as never })).toEqual([c.id, b.id, a.id]);
      expect(await things.findOne(mine, { number: '1' })).toEqual(a);
      expect(await things.findOne(mine, { name: b.name, owner: 'o' })).toEqual(b);
      expect(await things.findOne(mine, { number: '2' })).toBeUndefined();
    });

    it('finds by a part of a text, whatever its case and whatever it looks like', async () => {
      const { things, add, mine } = await setUp();
      const a = await add({ name: 'Ann-Marie (east) [1] 50% a.b*c^$|\\d', owner: 'x' });
      await add({ name: 'axb', owner: 'y' });
      for (const part of ['ANN', '-marie (', '[1]', '50%', 'a.b', 'b*c', '^$|', '\\d', 't) [']) {
        const { items } = await things.list(mine, { where: { name: { part } } });
        expect(items, part).toEqual([a]);
      }
      expect(await things.count(mine, { name: { part: '.*' } })).toBe(0);
      expect(await things.count(mine, { number: { part: '1' } })).toBe(0);
    });

    it('takes values for values, whatever they look like', async () => {
      const { things, add, mine } = await setUp();
      const odd = await add({ name: '$ne', owner: '{"$gt":""}', number: "'; DROP" });
      expect(await things.findOne(mine, { name: '$ne' })).toEqual(odd);
      expect((await things.list(mine, { where: { owner: '{"$gt":""}' } })).items).toEqual([odd]);
      expect(await things.findOne(mine, { number: "'; DROP" })).toEqual(odd);
    });

    it('looks across accounts where asked to, in order of id', async () => {
      const { things, add, theirs } = await setUp();
      const a = await add({ number: '1', addresses: ['x'] });
      const b = await add({ accountId: theirs, addresses: ['x'] });
      const c = await add({ addresses: ['x'] });
      expect(await things.acrossAccounts.findOne({ number: '1' })).toEqual(a);
      expect(await things.acrossAccounts.findOne({ id: b.id })).toEqual(b);
      expect(await things.acrossAccounts.find({ addresses: { contains: 'x' } }, { limit: 2 })).toEqual([a, b]);
      expect(await things.acrossAccounts.find({ addresses: { contains: 'x' } }, { limit: 2, afterId: b.id })).toEqual([
        c,
      ]);
    });

    it('refuses a cursor that is not one', async () => {
      const { things, mine } = await setUp();
      for (const cursor of ['', 'x', 'QUMwMA', '\0', 'a'.repeat(1000)]) {
        await expect(things.list(mine, { cursor })).rejects.toThrow(InvalidCursorError);
      }
    });

    it('reads every record that was there exactly once, newest first, whatever is inserted between pages', async () => {
      const { things, add, mine } = await setUp();
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 5 }),
          fc.array(fc.nat(2), { maxLength: 6 }),
          async (limit, insertions) => {
            const before = await things.list(mine, { limit: 100 });
            const expected = before.items.map(({ id }) => id);
            const seen: string[] = [];
            let cursor: string | null | undefined;
            for (let turn = 0; cursor !== null; turn++) {
              const page = await things.list(mine, { limit, cursor });
              expect(page.items.length).toBeLessThanOrEqual(limit);
              seen.push(...page.items.map(({ id }) => id));
              for (let i = 0; i < (insertions[turn] ?? 0); i++) await add();
              cursor = page.nextCursor;
            }
            expect(seen).toEqual(expected);
          },
        ),
        { numRuns: 8 },
      );
    });
  });
}
