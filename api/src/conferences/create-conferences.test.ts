import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine, type FakeFarEnd } from '@hookswitch/media/drivers/fake/index';
import type { CallEngine, IncomingCall } from '@hookswitch/media/port/call-engine';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Command, MemoryCommandChannel, MemoryNodeLeases } from '../nodes/index.js';
import type { ConferenceEnd, ConferenceStay, JoinConference } from '../scripting/index.js';
import { createMemorySpeech } from '../speech/memory-speech.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { type Conference, conferenceCollection } from './conference.js';
import { ConferenceBook, newConference } from './conference-book.js';
import { type Conferences, createConferences } from './create-conferences.js';
import { MemoryConferenceClaims } from './memory-conference-claims.js';

const accountId = 'AC1';
const weekly = { accountId, name: 'weekly' };

interface Attendee {
  readonly id: string;
  readonly leg: LiveCall;
  readonly far: FakeFarEnd;
  readonly stay: ConferenceStay;
  /** How often it began to hear what those hear who wait. */
  readonly waits: () => number;
  end: ConferenceEnd | undefined;
}

/** One node on the fake engine, and what another node would do. */
class Node {
  readonly clock = new ManualClock();
  readonly engine = createFakeEngine({ clock: this.clock, random: seededRandom(1), save: async () => {} });
  readonly claims = new MemoryConferenceClaims(this.clock);
  readonly commands = new MemoryCommandChannel({ clock: this.clock });
  readonly leases = new MemoryNodeLeases(this.clock);
  readonly store = new MemoryTenantCollection(conferenceCollection);
  readonly newId = idMaker(this.clock, seededRandom(2));
  readonly conferences: Conferences;
  storeFails = false;
  #serial = 0;

  constructor(engine: Partial<CallEngine> = {}) {
    const { clock, claims, commands, leases, newId } = this;
    const store = Object.assign(Object.create(this.store) as typeof this.store, {
      get: (account: string, id: string) => {
        if (this.storeFails) throw new Error('the store is away');
        return this.store.get(account, id);
      },
      findOne: (...asked: Parameters<typeof this.store.findOne>) => this.store.findOne(...asked),
      insert: (record: Conference) => this.store.insert(record),
      replace: (record: Conference) => this.store.replace(record),
    });
    this.conferences = createConferences({
      nodeId: 'node-1',
      book: new ConferenceBook({ conferences: store, clock, newId, onEvents: () => {} }),
      claims,
      engine: Object.assign(Object.create(this.engine) as CallEngine, bound(this.engine), engine),
      commands,
      leases,
      audio: { resolve: async () => Promise.reject(new Error('there is no audio here')) },
      speech: createMemorySpeech(),
      clock,
      newId,
      logger: silentLogger,
    });
    this.conferences.listening(['udp:10.0.0.1:5060']);
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    for (let turn = 0; turn < 20; turn++) await this.clock.advanceAsync(0);
  }

  async join(more: Partial<JoinConference> = {}): Promise<Attendee> {
    const incoming = new Promise<IncomingCall>((resolve) => this.engine.events.once('incoming', resolve));
    const far = this.engine.network.call({ from: '+1', to: '+2', source: { kind: 'trunk', id: 'TK1' } });
    await this.advance(0);
    const id = `CA${++this.#serial}`;
    const leg = (await incoming).accept(id);
    await leg.answer();
    let waits = 0;
    const stay = this.conferences.ofCall({ id, accountId, leg, logger: silentLogger }).join({
      name: weekly.name,
      muted: false,
      comesAgain: false,
      startConferenceOnEnter: true,
      endConferenceOnExit: false,
      beep: 'none',
      maxParticipants: 200,
      entered: () => {},
      wait: async () => {
        waits += 1;
      },
      ...more,
    });
    const attendee: Attendee = { id, leg, far, stay, waits: () => waits, end: undefined };
    void stay.over.then((end) => {
      attendee.end = end;
    });
    await this.advance(0);
    return attendee;
  }

  async record(): Promise<Conference> {
    return (await this.store.list(accountId, { limit: 1 })).items[0]!;
  }
}

function bound(engine: CallEngine): Pick<CallEngine, 'dial' | 'connect' | 'conference' | 'expect'> {
  return {
    dial: (request) => engine.dial(request),
    connect: (a, b) => engine.connect(a, b),
    conference: (options) => engine.conference(options),
    expect: (callId, forMs) => engine.expect(callId, forMs),
  };
}

describe('conferences of a node', () => {
  let node: Node;
  beforeEach(async () => {
    node = new Node();
    await node.engine.start();
  });

  it('let 30 speak, and more listen; who is muted speaks again when there is room', async () => {
    const { control } = node.conferences;
    const speakers: Attendee[] = [];
    for (let n = 0; n < 30; n++) speakers.push(await node.join());
    const tooMany = await node.join();
    expect(tooMany.end).toMatchObject({ how: 'full' });
    const listener = await node.join({ muted: true });
    expect(listener.end).toBeUndefined();
    const { id: conferenceId } = await node.record();
    const unmute = { ...weekly, conferenceId, callId: listener.id, change: { muted: false } };
    await expect(control.change(unmute)).rejects.toMatchObject({ code: 'conference-full' });
    speakers[0]!.stay.leave('left');
    await node.advance(0);
    await control.change(unmute);
    expect((await node.record()).participants.find(({ callId }) => callId === listener.id)).toMatchObject({
      muted: false,
    });
  });

  it('are those of one account, whatever others call theirs', async () => {
    await node.join();
    const { id: conferenceId } = await node.record();
    const theirs = { accountId: 'AC2', name: weekly.name, conferenceId };
    await expect(node.conferences.control.end(theirs)).rejects.toMatchObject({ code: 'conference-unreachable' });
    expect((await node.record()).status).toBe('init');
  });

  it('lose nothing of their record while the store is away', async () => {
    const ann = await node.join();
    node.storeFails = true;
    const ben = await node.join();
    await node.advance(30_000);
    expect([ann.end, ben.end]).toEqual([undefined, undefined]);
    ann.stay.leave('left');
    node.storeFails = false;
    await node.advance(2000);
    const { participants, pendingEvents, status } = await node.record();
    expect(participants.map(({ callId, leftBecause }) => [callId, leftBecause])).toEqual([
      [ann.id, 'left'],
      [ben.id, null],
    ]);
    expect(pendingEvents.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(status).toBe('in-progress');
  });

  it('leave no timer, claim or room behind when all have left', async () => {
    const timers = node.engine.gauges().timers;
    const [ann, ben] = [await node.join(), await node.join()];
    await node.advance(5000);
    ann.far.hangUp();
    ben.far.hangUp();
    await node.advance(5000);
    expect(await node.record()).toMatchObject({ status: 'completed', endedBecause: 'empty' });
    expect(await node.claims.owners([weekly])).toEqual([undefined]);
    expect(node.engine.gauges()).toMatchObject({ calls: 0, conferences: 0, timers });
    expect(node.clock.pending).toBe(0);
  });

  it('are given up to a node that has the name meanwhile: the calls look for it there, and fail where it cannot be reached', async () => {
    const [ann, ben] = [await node.join(), await node.join()];
    expect([ann.waits(), ben.waits()]).toEqual([1, 0]);
    await node.claims.release(weekly, 'node-1');
    await node.claims.claim(weekly, 'node-2', 600_000);
    const asked: Command[] = [];
    await node.commands.listen('node-2', async (command) => {
      asked.push(command);
      throw new TypeError('not just now');
    });
    await node.advance(1000);
    expect(asked.map(({ request }) => (request as { callId: string }).callId).sort()).toEqual([ann.id, ben.id]);
    expect(node.engine.gauges().conferences).toBe(0);
    await node.advance(1000);
    expect([ann.waits(), ben.waits()]).toEqual([2, 1]);
    await node.advance(16_000);
    for (const { end } of [ann, ben]) expect(end).toMatchObject({ how: 'failed', errorCode: 'internal-error' });
  });

  it('on other nodes are dialled at the name that was made for the call, and left when it hangs up', async () => {
    await node.claims.claim(weekly, 'node-2', 600_000);
    const asked: Command[] = [];
    await node.commands.listen('node-2', async (command) => {
      asked.push(command);
      return { conferenceId: 'CF9', user: 'node-abc', sip: 'udp:10.0.0.2:5060' };
    });
    node.engine.network.phone('node-abc', { answerAfterMs: 0 });
    const dialled: string[] = [];
    node.engine.network.events.on('dialled', (_, { target }) => {
      if (target.kind === 'sip') dialled.push(`${target.uri} ${target.inside}`);
    });
    const ann = await node.join();
    await node.advance(100);
    expect(dialled).toEqual(['sip:node-abc@10.0.0.2:5060;transport=udp true']);
    ann.far.hangUp();
    await node.advance(100);
    expect(asked.map(({ type }) => type)).toEqual(['conference.join.v1', 'conference.leave.v1']);
    expect(ann.end).toMatchObject({ how: 'hungUp', conferenceId: 'CF9' });
    expect(node.engine.gauges()).toMatchObject({ calls: 0, conferences: 0 });
  });

  it('on other nodes are dialled again when their node says that it mixes them anew', async () => {
    await node.claims.claim(weekly, 'node-2', 600_000);
    await node.commands.listen('node-2', async () => ({
      conferenceId: 'CF9',
      user: 'node-abc',
      sip: 'udp:10.0.0.2:5060',
    }));
    node.engine.network.phone('node-abc', { answerAfterMs: 0 });
    let dialled = 0;
    node.engine.network.events.on('dialled', () => (dialled += 1));
    const ann = await node.join();
    await node.advance(100);
    await node.conferences.commands['conference.come-again.v1']({ accountId: 'AC2', name: weekly.name });
    await node.advance(100);
    expect(dialled).toBe(1);
    await node.conferences.commands['conference.come-again.v1'](weekly);
    await node.advance(100);
    expect([dialled, ann.end]).toEqual([2, undefined]);
    expect(node.engine.gauges().calls).toBe(2);
  });

  describe('that a process of this node had before', () => {
    /** They were in it, Ben muted. */
    async function wereIn(...callIds: readonly string[]): Promise<void> {
      await wereOn('node-1', ...callIds);
    }
    async function wereOn(nodeId: string, ...callIds: readonly string[]): Promise<void> {
      const now = new Date(node.clock.now()).toISOString();
      const empty = newConference(node.newId('CF'), weekly, 'node-1', now);
      const participants = callIds.map((callId, at) => ({
        callId,
        nodeId,
        label: null,
        muted: at === 1,
        held: false,
        coaching: null,
        startConferenceOnEnter: true,
        endConferenceOnExit: false,
        joinedAt: now,
        leftAt: null,
        leftBecause: null,
      }));
      await node.store.insert({ ...empty, status: 'in-progress', startedAt: now, participants });
    }
    const again = { comesAgain: true, beep: 'both' } as const;
    const isIn = async () => (await node.record()).participants.map(({ reconnecting }) => reconnecting !== true);

    it('seat their members together, as they were, and let nobody hear that they wait, or a beep', async () => {
      await wereIn('CA1', 'CA2');
      const ann = await node.join(again);
      await node.advance(500);
      expect([await isIn(), ann.waits()]).toEqual([[false, false], 0]);
      const ben = await node.join(again);
      await node.advance(100);
      expect([await isIn(), ann.waits(), ben.waits()]).toEqual([[true, true], 0, 0]);
      expect((await node.record()).participants.map(({ muted }) => muted)).toEqual([false, true]);
      expect([ann.far.heard, ben.far.heard]).toEqual([[], []]);
    });

    it('wait a second for who is gone, and take in who came besides', async () => {
      await wereIn('CA1', 'CA9');
      const ann = await node.join(again);
      const ben = await node.join();
      await node.advance(900);
      expect(await isIn()).toEqual([false, false]);
      await node.advance(200);
      expect((await node.record()).participants.map(({ callId, reconnecting }) => [callId, reconnecting])).toEqual([
        [ann.id, undefined],
        ['CA9', true],
        [ben.id, undefined],
      ]);
    });

    it('call those of other nodes again, as soon as this one listens; those that nobody elsewhere is in stay as they are', async () => {
      const told: Command[] = [];
      await node.commands.listen('node-2', async (command) => void told.push(command));
      await wereIn('CA1');
      node.conferences.listening(['udp:10.0.0.1:5060']);
      await node.advance(100);
      expect([told, await node.claims.owners([weekly])]).toEqual([[], [undefined]]);
      node = new Node();
      await node.commands.listen('node-2', async (command) => void told.push(command));
      await wereOn('node-2', 'CA8', 'CA9');
      node.conferences.listening(['udp:10.0.0.1:5060']);
      await node.advance(100);
      expect(told.map(({ type, request }) => [type, request])).toMatchObject([['conference.come-again.v1', weekly]]);
      expect(await node.claims.owners([weekly])).toEqual(['node-1']);
    });

    it('are not empty while their members come again, whoever else comes and leaves meanwhile', async () => {
      node = new Node({ expect: () => ({ user: 'made-for-it', leg: Promise.resolve(undefined) }) });
      await node.engine.start();
      await wereIn('CA1', 'CA2');
      const ann = await node.join(again);
      const other = { ...weekly, callId: 'CA9', nodeId: 'node-2', seatId: 'JB9', muted: false, maxParticipants: 9 };
      const rest = { startConferenceOnEnter: true, endConferenceOnExit: false, beep: 'none' } as const;
      await node.conferences.commands['conference.join.v1']({ ...other, ...rest });
      await node.advance(100);
      const ben = await node.join(again);
      await node.advance(100);
      expect([await isIn(), ann.waits(), ben.waits()]).toEqual([[true, true], 0, 0]);
    });
  });

  it('keep no place for a call of another node that the engine cannot expect', async () => {
    const alone = new Node({
      expect: () => {
        throw new (class extends Error {})('only here');
      },
    });
    await alone.engine.start();
    const ann = await alone.join();
    const joining = { ...weekly, callId: 'CA9', nodeId: 'node-2', seatId: 'JB9', muted: false, maxParticipants: 2 };
    const rest = { startConferenceOnEnter: true, endConferenceOnExit: false, beep: 'none' } as const;
    await expect(alone.conferences.commands['conference.join.v1']({ ...joining, ...rest })).rejects.toThrow(
      'only here',
    );
    const ben = await alone.join({ maxParticipants: 2 });
    expect([ann.end, ben.end]).toEqual([undefined, undefined]);
  });
});
