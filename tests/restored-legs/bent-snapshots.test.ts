import { readSnapshot } from '@hookswitch/media/drivers/embedded/restore/read-snapshot';
import type { LegSnapshot } from '@hookswitch/media/port/leg-snapshot';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { describe, expect, it } from 'vitest';
import { TwoProcesses } from './two-processes.js';

const sdp = (address: string) =>
  `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\n`;
const timed = ['Session-Expires: 1800;refresher=uas', 'Supported: timer'];

/** What may stand in the place of anything: of another kind, of another version, or by somebody who means ill. */
const others: readonly unknown[] = [
  undefined,
  null,
  '',
  'x y;z\r\nEvil: yes',
  -1,
  1e308,
  true,
  [],
  [null],
  ['<sip:%%%>'],
  {},
  { __proto__: null, transport: 'pigeon' },
];

/** Every place in a value, as a path of names. */
function placesIn(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  const below = Object.entries(value).flatMap(([name, part]) => placesIn(part, [...at, name]));
  return at.length === 0 ? below : [[...at], ...below];
}

function withOther(snapshot: LegSnapshot, place: readonly string[], other: unknown): LegSnapshot {
  const copy = JSON.parse(JSON.stringify(snapshot)) as { state: Record<string, unknown> } & LegSnapshot;
  const outer = place.slice(0, -1).reduce((part, name) => part[name] as Record<string, unknown>, copy.state);
  if (other === undefined) delete outer[place.at(-1)!];
  else outer[place.at(-1)!] = other;
  return copy;
}

/** Two callers talk to us, the second with a session timer. */
async function twoCalls(): Promise<{ world: TwoProcesses; legs: readonly LiveCall[] }> {
  const world = await new TwoProcesses().start();
  const legs: LiveCall[] = [];
  for (const [at, more] of [[], timed].entries()) {
    const address = `10.0.0.${at + 2}`;
    world.directory.addTrunk(`TK-${at}`, address);
    const caller = await world.peer(address);
    const dialog = [`Call-ID: call${at}`, `From: <sip:555@${address}>;tag=c${at}`, `Contact: <sip:${address}>`];
    const described = [...dialog, ...more, 'Content-Type: application/sdp'];
    await caller.request('INVITE', 'sip:200@10.0.0.1', described, sdp(address));
    const leg = world.incoming[at]!.accept(`CA-${at}`);
    await leg.answer();
    await world.clock.advanceAsync(50);
    const to = /^To: .*$/m.exec(caller.got.find((message) => message.startsWith('SIP/2.0 200'))!)![0];
    await caller.request('ACK', 'sip:10.0.0.1', [...dialog, to, 'CSeq: 1 ACK']);
    legs.push(leg);
  }
  return { world, legs };
}

describe('a snapshot that was bent in one place', () => {
  it('never stops the process that reads it, nor the call beside it; what it makes ends as any other', async () => {
    const { world: first, legs } = await twoCalls();
    const whole = first.snapshotOf(legs[1]!);
    const places = [...placesIn(whole.state), ['relayed'], ['session', 'credentials']];
    expect(places.length).toBeGreaterThan(50);
    await first.close();
    const faults: string[] = [];
    for (const place of places) {
      for (const other of others) {
        if ('refused' in readSnapshot(withOther(whole, place, other))) continue;
        const fault = await faultWith(place, other).catch((error: unknown) => String(error));
        if (fault !== undefined) faults.push(`${place.join('.')} = ${JSON.stringify(other)}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
  });
});

/** What went wrong with that in its place; undefined where nothing did. */
async function faultWith(place: readonly string[], other: unknown): Promise<string | undefined> {
  const { world, legs } = await twoCalls();
  const [good, bent] = legs.map((leg) => world.snapshotOf(leg)) as [LegSnapshot, LegSnapshot];
  const restored = await world.restart([withOther(bent, place, other), good]);
  if (!restored.some(({ call }) => call.id === good.callId)) return 'the other call is gone';
  for (const { call } of restored) call.hangUp();
  await world.close();
  const { calls, dialogs, transactions } = world.engine.gauges();
  return calls + dialogs + transactions === 0 ? undefined : `left: ${JSON.stringify({ calls, dialogs, transactions })}`;
}
