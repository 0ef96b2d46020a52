import type { RawPeer } from '@hookswitch/media/drivers/embedded/raw-peer.fixture';
import { readSnapshot } from '@hookswitch/media/drivers/embedded/restore/read-snapshot';
import type { LegSnapshot } from '@hookswitch/media/port/leg-snapshot';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { afterEach, describe, expect, it } from 'vitest';
import { TwoProcesses } from './two-processes.js';

const sdp = (direction = 'sendrecv') =>
  `v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\na=${direction}\r\n`;
const withSdp = 'Content-Type: application/sdp';
const dialog = ['Call-ID: one', 'From: <sip:555@10.0.0.2>;tag=c1', 'Contact: <sip:10.0.0.2>'];

let world: TwoProcesses;
afterEach(() => world.close());

/** A call that came in and was answered, and how its caller goes on in it. */
async function answered(more: ConstructorParameters<typeof TwoProcesses>[0] = {}): Promise<{
  leg: LiveCall;
  caller: RawPeer;
  changes: string[];
  within: (method: string, body?: string) => Promise<string[]>;
}> {
  world = await new TwoProcesses(more).start();
  const caller = await world.peer('10.0.0.2');
  await caller.request('INVITE', 'sip:200@10.0.0.1', [...dialog, withSdp], sdp());
  const leg = world.incoming[0]!.accept('CA1');
  const changes: string[] = [];
  leg.events.on('snapshotChanged', () => changes.push(JSON.stringify(leg.snapshot())));
  await leg.answer();
  await world.clock.advanceAsync(50);
  const ok = caller.got.find((message) => message.startsWith('SIP/2.0 200'))!;
  const to = /^To: .*$/m.exec(ok)![0];
  await caller.request('ACK', 'sip:10.0.0.1', [...dialog, to, 'CSeq: 1 ACK']);
  const within = (method: string, body?: string) =>
    caller.request(method, 'sip:10.0.0.1', [...dialog, to, ...(body === undefined ? [] : [withSdp])], body ?? '');
  return { leg, caller, changes, within };
}

describe('the snapshot of a leg', () => {
  it('is told when it is another: answered, held, the far end elsewhere; not for what changes nothing', async () => {
    const { leg, changes, within } = await answered();
    expect(changes).toHaveLength(1);
    await within('INFO');
    await within('OPTIONS');
    expect(changes).toHaveLength(1);
    await within('INVITE', sdp('sendonly'));
    expect(changes).toHaveLength(2);
    expect((JSON.parse(changes[1]!) as { state: { isHeld: boolean } }).state.isHeld).toBe(true);
    leg.hangUp();
    await world.clock.advanceAsync(100);
    expect([changes.length, leg.snapshot()]).toEqual([2, undefined]);
  });

  it('is not there, and not told of, where nobody wants any', async () => {
    const { leg, changes } = await answered({ snapshots: false });
    expect([leg.status, leg.snapshot(), changes]).toEqual(['answered', undefined, []]);
  });

  it('is refused whole, with the reason, where any part of it is missing or of another kind', async () => {
    const { leg } = await answered();
    const whole = world.snapshotOf(leg);
    expect('state' in readSnapshot(whole)).toBe(true);
    const optional = ['contactUser', 'local', 'remote', 'timer', 'dialog.remoteCseq'].map((name) => `session.${name}`);
    const parts = ['', 'session', 'session.dialog', 'description'].flatMap((at) => fieldsAt(whole.state, at));
    expect(parts).toContain('session.dialog.routeSet');
    for (const part of parts) {
      expect(readSnapshot(withPart(whole, part, 7.5)), part).toEqual({ refused: expect.stringContaining(part) });
      if (optional.includes(part)) continue;
      expect(readSnapshot(withPart(whole, part, undefined)), part).toEqual({ refused: expect.stringContaining(part) });
    }
  });

  it('of another version or driver is refused', async () => {
    const { leg } = await answered();
    const whole = world.snapshotOf(leg);
    expect(readSnapshot({ ...whole, version: 2 })).toEqual({ refused: 'It is of version 2; this is version 1.' });
    expect(readSnapshot({ ...whole, driver: 'fake' })).toEqual({ refused: 'It is a snapshot of the driver fake.' });
    expect(await world.restart([{ ...whole, version: 2 }])).toEqual([]);
    expect(world.log.join()).toContain('It is of version 2');
  });
});

/** The fields of one part of a state, as `session.dialog.path`. */
function fieldsAt(state: unknown, at: string): string[] {
  const part =
    at === '' ? state : at.split('.').reduce((outer, name) => (outer as Record<string, unknown>)[name], state);
  return Object.keys(part as object).map((name) => (at === '' ? name : `${at}.${name}`));
}

/** The snapshot with something else in one place; undefined: nothing. */
function withPart(snapshot: LegSnapshot, at: string, value: unknown): LegSnapshot {
  const copy = JSON.parse(JSON.stringify(snapshot)) as { state: Record<string, unknown> } & LegSnapshot;
  const names = at.split('.');
  const outer = names.slice(0, -1).reduce((part, name) => part[name] as Record<string, unknown>, copy.state);
  const last = names.at(-1)!;
  if (value === undefined) delete outer[last];
  else outer[last] = typeof outer[last] === 'number' ? 'seven' : value;
  return copy;
}
