import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { Turns } from '@hookswitch/kernel/turns';
import { describe, expect, it } from 'vitest';
import { noMedia } from '../../../port/live-call.js';
import type { CommandMessage } from './plane-messages.js';
import { RemoteMediaPlane } from './remote-media-plane.js';

const bindAddress = '10.0.0.1';
const where = { bindAddress };

/** A plane at the other end of a line that is played by the test. */
function setUp() {
  const clock = new ManualClock();
  const plane = new RemoteMediaPlane('not yet', { end: async () => {}, closing: new Turns(clock, 20) });
  const said: CommandMessage[] = [];
  const attach = () => plane.attach({ post: (command) => void said.push(command) });
  attach();
  const gone: string[] = [];
  plane.events.on('gone', (legId, why) => gone.push(`${legId}: ${why.message}`));
  const asked = (command: string) => said.filter((each) => each.command === command);
  /** Answers the last question of that name. */
  const answer = async (command: string, value: unknown) => {
    plane.hear({ kind: 'answer', id: asked(command).at(-1)!.id, value });
    await clock.advanceAsync(0);
  };
  /** Opens a leg as the first one of all is opened, and prepares these ports. */
  const prepared = async (...ports: number[]) => {
    const opening = plane.open('first', where);
    await clock.advanceAsync(0);
    await answer('open', { port: 20_000 });
    await answer('prepare', ports);
    expect(await opening).toEqual({ port: 20_000 });
  };
  return { clock, plane, said, attach, gone, asked, answer, prepared };
}

describe('a media plane at the other end of a line', () => {
  it('opens a leg on a prepared port without waiting, and each port once', async () => {
    const { plane, asked, prepared } = setUp();
    await prepared(20_002, 20_004);
    expect(await plane.open('a', where)).toEqual({ port: 20_002 });
    expect(await plane.open('b', where)).toEqual({ port: 20_004 });
    expect(asked('open').slice(1)).toEqual([
      { id: 0, command: 'open', arguments: ['a', { bindAddress, port: 20_002 }] },
      { id: 0, command: 'open', arguments: ['b', { bindAddress, port: 20_004 }] },
    ]);
    expect(plane.gauges()).toMatchObject({ legs: 3, ports: 6 });
    void plane.open('c', where);
    await Promise.resolve();
    expect(asked('open').at(-1)).toMatchObject({ arguments: ['c', where] });
  });

  it('gives no port of one address to a leg at another', async () => {
    const { plane, asked, prepared, clock } = setUp();
    await prepared(20_002);
    void plane.open('a', { bindAddress: '::1' });
    await clock.advanceAsync(0);
    expect(asked('open').at(-1)).toMatchObject({ arguments: ['a', { bindAddress: '::1' }] });
  });

  it('asks for more ports before there are none, once at a time', async () => {
    const { plane, asked, answer, prepared } = setUp();
    await prepared(...Array.from({ length: 6 }, (_, at) => 20_002 + 2 * at));
    await plane.open('a', where);
    expect(asked('prepare')).toHaveLength(1);
    await plane.open('b', where);
    await plane.open('c', where);
    expect(asked('prepare')).toHaveLength(2);
    await answer('prepare', [20_100]);
    for (const legId of ['d', 'e', 'f']) await plane.open(legId, where);
    expect(await plane.open('g', where)).toEqual({ port: 20_100 });
  });

  it('asks for no more for a while where none could be had, and longer each time', async () => {
    const { plane, asked, answer, clock } = setUp();
    const counts: number[] = [];
    for (let legs = 1; legs <= 45; legs++) {
      void plane.open(`l${legs}`, where);
      await clock.advanceAsync(0);
      if (asked('prepare').length > counts.length) {
        counts.push(legs);
        await answer('prepare', []);
      }
    }
    expect(counts).toEqual([1, 14, 39]);
  });

  it('gives out what was bound ahead before a leg is refused for want of ports', async () => {
    const { plane, said, asked, answer, clock } = setUp();
    const opening = plane.open('a', where);
    await clock.advanceAsync(0);
    const failure = { code: 'no-media-port', message: 'x' };
    plane.hear({ kind: 'failure', id: asked('open')[0]!.id, failure });
    await answer('prepare', [20_002]);
    expect(await opening).toEqual({ port: 20_002 });
    expect(said.at(-1)).toMatchObject({ command: 'open', arguments: ['a', { bindAddress, port: 20_002 }] });
  });

  it('has what was bound ahead at another address let go before a leg is refused for want of ports', async () => {
    const { plane, asked, answer, prepared, clock } = setUp();
    await prepared(20_002);
    const opening = plane.open('a', { bindAddress: '::1' });
    await clock.advanceAsync(0);
    const refuse = async () => {
      plane.hear({ kind: 'failure', id: asked('open').at(-1)!.id, failure: { code: 'no-media-port', message: 'x' } });
      await clock.advanceAsync(0);
    };
    await refuse();
    await answer('prepare', []);
    expect(asked('releasePrepared')).toMatchObject([{ arguments: [bindAddress, 20_002] }]);
    await answer('open', { port: 20_002 });
    expect(await opening).toEqual({ port: 20_002 });
    const next = expect(plane.open('b', { bindAddress: '::1' })).rejects.toMatchObject({ code: 'no-media-port' });
    await clock.advanceAsync(0);
    await refuse();
    await next;
  });

  it('reports a leg as gone that could not be opened though nobody waited for it', async () => {
    const { plane, gone, prepared } = setUp();
    await prepared(20_002);
    await plane.open('a', where);
    const failure = { code: 'media-plane-lost', message: 'x' };
    plane.hear({ kind: 'unopened', legId: 'a', failure });
    plane.hear({ kind: 'unopened', legId: 'a', failure });
    expect(gone).toEqual([expect.stringMatching(/^a: .*being stopped/)]);
    expect(plane.gauges()).toMatchObject({ legs: 1 });
  });

  it('forgets prepared ports where the plane lets them go: with its line, and when it is taken over', async () => {
    const lost = setUp();
    await lost.prepared(20_002);
    lost.plane.lost('it went');
    lost.attach();
    void lost.plane.open('a', where);
    await lost.clock.advanceAsync(0);
    expect(lost.asked('open').at(-1)).toMatchObject({ arguments: ['a', where] });

    const taken = setUp();
    await taken.prepared(20_002);
    const takingOver = taken.plane.takeOver([]);
    await taken.clock.advanceAsync(0);
    await taken.answer('takeOver', []);
    await takingOver;
    void taken.plane.open('a', where);
    await taken.clock.advanceAsync(0);
    expect(taken.asked('open').at(-1)).toMatchObject({ arguments: ['a', where] });
  });

  it('closes a leg that ends alone at once, and together those that end within 20 ms of it', async () => {
    const { plane, clock, asked, answer } = setUp();
    const first = plane.close('a');
    await clock.advanceAsync(0);
    expect(asked('close')).toHaveLength(1);
    await answer('close', noMedia);
    expect(await first).toEqual(noMedia);
    void plane.close('b');
    await clock.advanceAsync(10);
    void plane.close('c');
    expect(asked('close')).toHaveLength(1);
    await clock.advanceAsync(10);
    expect(asked('close').map((each) => each.arguments[0])).toEqual(['a', 'b', 'c']);
  });
});
