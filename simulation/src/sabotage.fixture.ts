import type { Call } from '@hookswitch/api/call-records/index';
import { cdrCollection } from '@hookswitch/api/cdrs/index';
import { recordingCollection } from '@hookswitch/api/recordings/index';
import type { World } from './world.js';

interface Sabotage {
  readonly name: string;
  readonly seed: number;
  readonly sabotage: (world: World) => Promise<void>;
  readonly finds: RegExp;
}

/** A seed whose world has calls, a recording and a webhook endpoint, and in which nobody is killed. */
const seed = 4;

async function aCall({ calls, installation }: World): Promise<Call> {
  const [call] = await calls.list(installation.accountId, {}, { limit: 1 });
  if (!call) throw new Error('There is no call to break.');
  return call;
}

/** What is broken in a world, and what the checker must say. */
export const sabotages: readonly Sabotage[] = [
  {
    name: 'an event that never reached the event store',
    seed,
    sabotage: async (world) => {
      const { stores } = world.dataCentre;
      const call = await aCall(world);
      const list = stores.events.list.bind(stores.events);
      Object.assign(stores.events, {
        list: async (...given: Parameters<typeof list>) =>
          (await list(...given)).filter(({ subjectId, sequence }) => subjectId !== call.id || sequence !== 2),
      });
    },
    finds: /event #2 [a-z.-]+ is 0 times in the event store/,
  },
  {
    name: 'an event that no webhook endpoint was told of',
    seed,
    sabotage: async (world) => {
      const { attempts } = world.receivers;
      const lost = attempts.find(({ url }) => url.includes('endpoint'))?.eventId;
      attempts.splice(0, attempts.length, ...attempts.filter(({ eventId }) => eventId !== lost));
    },
    finds: /never took event #/,
  },
  {
    name: 'webhooks out of order',
    seed,
    sabotage: async (world) => {
      world.receivers.attempts.reverse();
    },
    finds: /was sent #\d+ after #\d+/,
  },
  {
    name: 'a second CDR',
    seed,
    sabotage: async (world) => {
      const { id } = await aCall(world);
      await world.calls.change(id, (call) => ({ events: [{ type: 'cdr.created', data: { callId: call.id } }] }));
    },
    finds: /events were never relayed/,
  },
  {
    name: 'a second CDR event that was relayed',
    seed,
    sabotage: async (world) => {
      const { id } = await aCall(world);
      await world.calls.change(id, (call) => ({ events: [{ type: 'cdr.created', data: { callId: call.id } }] }));
      await world.clock.run(60_000);
    },
    finds: /has 2 events cdr\.created/,
  },
  {
    name: 'a CDR that is not there',
    seed,
    sabotage: async (world) => {
      const { id, accountId } = await aCall(world);
      await world.dataCentre.stores.collection(cdrCollection).remove(accountId, id);
    },
    finds: /has no CDR/,
  },
  {
    name: 'a call that never ends',
    seed,
    sabotage: async (world) => {
      const { id } = await aCall(world);
      await world.calls.change(id, () => ({ set: { status: 'in-progress' } }));
    },
    finds: /is still in-progress/,
  },
  {
    name: 'a recording that never ends',
    seed,
    sabotage: async (world) => {
      const recordings = world.dataCentre.stores.collection(recordingCollection);
      const [recording] = await recordings.acrossAccounts.find({}, { limit: 1 });
      if (!recording) throw new Error('There is no recording to break.');
      await recordings.replace({ ...recording, status: 'processing', finalizingUntil: '2999-01-01T00:00:00.000Z' });
    },
    finds: /recording RE\w+ is still processing/,
  },
  {
    name: 'a port that was left open',
    seed,
    sabotage: async ({ alive }) => {
      await alive[0]!.network.bind(alive[0]!.address, 20_000, { onDatagram: () => {}, onError: () => {} });
    },
    finds: /has 2 sockets open and not 1/,
  },
  {
    name: 'a timer that was left running',
    seed,
    sabotage: async ({ alive }) => {
      alive[0]!.clock.after(86_400_000, () => {});
    },
    // Whether the process runs to the end or is stopped before is up to the seed.
    finds: /timers and not \d+|left 1 timers/,
  },
];
