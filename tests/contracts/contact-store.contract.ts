import type { Contact, Participant } from '@hookswitch/api/contacts/contact';
import type { NewContactEvent } from '@hookswitch/api/contacts/contact-events';
import type { ContactFilter, ContactStore, NewContact } from '@hookswitch/api/contacts/contact-store';
import type { ContactStoreSettings } from '@hookswitch/api/contacts/memory-contact-store';
import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';

/** Where contacts are kept: the same sentences for every store. `make` gives a store with nothing in it. */
export function contactStoreContract(
  name: string,
  make: (settings: ContactStoreSettings) => Promise<ContactStore>,
): void {
  describe(`contact store contract: ${name}`, () => {
    const started: NewContactEvent = { type: 'contact.started', data: { why: 'test' } };
    const updated = (by: number): NewContactEvent => ({ type: 'contact.updated', data: { by } });
    const agent = (agentId: string, skillGroupId: string): Participant => ({
      sequence: 1,
      type: 'staffSeat',
      agentId,
      skillGroupId,
      startedAt: 1,
      heldMs: 0,
    });

    async function setUp(settings: Partial<ContactStoreSettings> = {}) {
      const clock = new ManualClock();
      const newId = idMaker(clock, seededRandom(1));
      const store = await make({ clock, newId, ...settings });
      const accountId = newId('AC');
      const newContact = (more: Partial<NewContact> = {}): NewContact => ({
        id: newId('CN'),
        accountId,
        nodeId: 'node-1',
        direction: 'inbound',
        customer: '+8613800138000',
        line: '+861012345678',
        status: 'queued',
        startedAt: clock.now(),
        participants: [{ sequence: 0, type: 'customer', startedAt: clock.now(), heldMs: 0 }],
        keys: [],
        trail: [],
        recordingIds: [],
        ...more,
      });
      return { clock, newId, store, accountId, newContact };
    }

    it('gives back what was inserted, with its events numbered from 1, and refuses a second with that id', async () => {
      const { store, newContact, accountId, clock, newId } = await setUp();
      const contact = newContact({ uui: 'order 12', keys: [{ key: '2', label: 'Sales', at: 5 }] });
      const stored = await store.insert(contact, [started, updated(1)]);
      expect(stored).toMatchObject({ ...contact, sequence: 2 });
      expect(stored.pendingEvents).toMatchObject([
        { ...started, sequence: 1, occurredAt: clock.now() },
        { ...updated(1), sequence: 2 },
      ]);
      expect(await store.get(accountId, contact.id)).toEqual(stored);
      expect(await store.get(newId('AC'), contact.id)).toBeUndefined();
      expect(await store.findMany([contact.id, 'CNnone'])).toEqual([stored]);
      await expect(store.insert(contact, [])).rejects.toThrow();
    });

    it('changes the contact and pushes its events in one step; an undefined decision leaves it alone', async () => {
      const { store, newContact, newId } = await setUp();
      const contact = await store.insert(newContact(), [started]);
      const changed = await store.change(
        contact.id,
        ({ participants }) => ({
          set: { status: 'ringing', participants: [...participants, agent('AG1', 'SG1')] },
          events: [{ type: 'contact.offered', data: {} }],
        }),
        contact,
      );
      expect(changed).toMatchObject({ status: 'ringing', sequence: 2, participants: [{}, { agentId: 'AG1' }] });
      expect(await store.findMany([contact.id])).toEqual([changed]);
      expect(await store.change(contact.id, () => undefined)).toEqual(changed);
      expect(await store.change(newId('CN'), () => ({ set: { remark: 'x' } }))).toBeUndefined();
    });

    it('loses no change and leaves no gap, however many change one contact at once from an old copy', async () => {
      const { store, newContact } = await setUp();
      const known = await store.insert(newContact(), [started]);
      await Promise.all(
        Array.from({ length: 10 }, (_, by) =>
          store.change(
            known.id,
            ({ recordingIds }) => ({ set: { recordingIds: [...recordingIds, `RE${by}`] }, events: [updated(by)] }),
            known,
          ),
        ),
      );
      const [after] = await store.findMany([known.id]);
      expect(after!.recordingIds).toHaveLength(10);
      expect(after!.pendingEvents.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });

    it('takes events off outboxes up to a sequence, and never numbers one twice', async () => {
      const told: number[][] = [];
      const { store, newContact } = await setUp({
        onContactEvents: (_id, events) => told.push(events.map(({ sequence }) => sequence)),
      });
      const { id } = await store.insert(newContact(), [started, updated(1), updated(2)]);
      await store.insert(newContact(), []);
      expect(await store.withPendingEvents(10)).toEqual([id]);
      await store.removePendingEventsOf([{ contactId: id, sequence: 2 }]);
      expect((await store.findMany([id]))[0]!.pendingEvents.map(({ sequence }) => sequence)).toEqual([3]);
      await store.removePendingEventsOf([
        { contactId: id, sequence: 3 },
        { contactId: 'CNnone', sequence: 9 },
      ]);
      expect(await store.withPendingEvents(10)).toEqual([]);
      await store.change(id, () => ({ set: { remark: 'no event' } }));
      await store.change(id, () => ({ events: [updated(3)] }));
      expect(told).toEqual([[1, 2, 3], [4]]);
    });

    it('lists newest first, in pages, by every filter', async () => {
      const { store, newContact, accountId, clock, newId } = await setUp();
      const first = await store.insert(newContact(), []);
      clock.advance(1000);
      const second = await store.insert(
        newContact({
          direction: 'outbound',
          customer: '+442071838750',
          status: 'finished',
          skillGroupId: 'SG9',
          participants: [agent('AG7', 'SG7')],
        }),
        [],
      );
      const ids = async (filter: ContactFilter, limit = 10, before?: string) =>
        (await store.list(accountId, filter, { limit, before })).map(({ id }) => id);
      expect(await ids({})).toEqual([second.id, first.id]);
      expect(await ids({}, 1)).toEqual([second.id]);
      expect(await ids({}, 1, second.id)).toEqual([first.id]);
      expect(await ids({ status: 'queued' })).toEqual([first.id]);
      expect(await ids({ live: true })).toEqual([first.id]);
      expect(await ids({ live: false })).toEqual([second.id]);
      expect(await ids({ direction: 'outbound' })).toEqual([second.id]);
      expect(await ids({ customer: '+8613800138000' })).toEqual([first.id]);
      expect(await ids({ agentId: 'AG7' })).toEqual([second.id]);
      expect(await ids({ skillGroupId: 'SG7' })).toEqual([second.id]);
      expect(await ids({ skillGroupId: 'SG9' })).toEqual([second.id]);
      expect(await ids({ startedFrom: second.startedAt })).toEqual([second.id]);
      expect(await ids({ startedTo: second.startedAt })).toEqual([first.id]);
      expect(await store.list(newId('AC'), {}, { limit: 10 })).toEqual([]);
    });

    it('knows which nodes own contacts that are not over', async () => {
      const { store, newContact } = await setUp();
      await store.insert(newContact({ nodeId: 'node-a' }), []);
      const second = await store.insert(newContact({ nodeId: 'node-b' }), []);
      await store.insert(newContact({ nodeId: 'node-c', status: 'finished' }), []);
      expect([...(await store.nodesWithLiveContacts())].sort()).toEqual(['node-a', 'node-b']);
      expect((await store.liveOnNode('node-b')).map(({ id }: Contact) => id)).toEqual([second.id]);
      await store.change(second.id, () => ({ set: { status: 'finished', endedAt: 9 } }));
      expect(await store.nodesWithLiveContacts()).toEqual(['node-a']);
      expect(await store.liveOnNode('node-b')).toEqual([]);
    });
  });
}
