import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toneShare } from '../../../audio/goertzel.js';
import { readWav } from '../../../audio/wav.js';
import { VirtualNetwork } from '../../../net/virtual-network.js';
import { createInProcessMediaPlane } from './in-process-media-plane.js';
import { MemoryCaptureStore } from './memory-capture-store.js';
import { together } from './planes-under-test.js';
import { eventType, TestPhone } from './test-phone.js';

/** Two connected phones behind a network of that weather. */
async function world(seed: number, weather: { loss: number; duplicate: number; jitterMs: number }) {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const network = new VirtualNetwork(clock, random, { delayMs: 10, ...weather });
  const captures = new MemoryCaptureStore();
  const plane = createInProcessMediaPlane({ keepAliveMs: 0 }, { clock, random, network, captures });
  const digits: string[] = [];
  plane.events.on('digit', (legId, digit) => digits.push(legId + digit));
  const phone = async (legId: string, address: string) => {
    const { port } = await plane.open(legId, { bindAddress: '10.0.0.1' });
    const made = await TestPhone.open(network, clock, address, 4000);
    made.aim('10.0.0.1', port);
    plane.setRemote(legId, {
      address,
      port: 4000,
      codec: 'pcmu',
      telephoneEventPayloadType: eventType,
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: address,
    });
    return made;
  };
  const a = await phone('a', '10.0.0.2');
  const b = await phone('b', '10.0.0.3');
  plane.setRoom('R', together('a', 'b'));
  return { clock, plane, captures, digits, a, b };
}

const weather = fc.record({
  loss: fc.double({ min: 0, max: 0.2, noNaN: true }),
  duplicate: fc.double({ min: 0, max: 0.2, noNaN: true }),
  jitterMs: fc.nat(60),
});

describe('a leg behind a bad network', () => {
  it('reports each key of a conversation once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), weather, async (seed, conditions) => {
        const { clock, plane, digits, a } = await world(seed, conditions);
        for (const key of '159#') {
          // 100 ms of a key are seven packets: at 20 % loss all of them are lost once in 78,000 presses.
          void a.press(key, 100);
          await clock.advanceAsync(400);
        }
        expect(digits).toEqual(['a1', 'a5', 'a9', 'a#']);
        await plane.stop();
        // What is still under way is the network's.
        await clock.advanceAsync(100);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('records as long as it lasted, to 40 ms, with both voices on their channels', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), weather, fc.integer({ min: 1500, max: 4000 }), async (seed, conditions, lasting) => {
        const { clock, plane, captures, a, b } = await world(seed, conditions);
        const captured = plane.startRecording('a', { recordingId: 'RE1', path: 'x.wav', channels: 2 });
        void a.talk(600, lasting);
        void b.talk(1500, lasting);
        await clock.advanceAsync(lasting);
        plane.stopRecording('a', 'RE1');
        const file = await captured;
        expect(Math.abs(file.durationMs - lasting)).toBeLessThanOrEqual(40);
        const { samples } = readWav(captures.files.get('x.wav')!);
        const said = samples.filter((_, at) => at % 2 === 0).subarray(1600);
        const heard = samples.filter((_, at) => at % 2 === 1).subarray(1600);
        expect(toneShare(said, 600, 8000)).toBeGreaterThan(0.5);
        expect(toneShare(said, 1500, 8000)).toBeLessThan(0.02);
        expect(toneShare(heard, 1500, 8000)).toBeGreaterThan(0.4);
        await plane.stop();
      }),
      { numRuns: 25 },
    );
  });

  it('passes sound on in one stream whose sequence tells what was lost', async () => {
    const { clock, plane, a, b } = await world(5, { loss: 0.05, duplicate: 0, jitterMs: 0 });
    void a.talk(600, 4000);
    await clock.advanceAsync(4200);
    const stats = await plane.stats('a');
    expect(stats.packetsLost).toBeGreaterThan(0);
    expect(stats.packetsReceived + stats.packetsLost).toBeGreaterThanOrEqual(195);
    expect(stats.mos).toBeLessThan(4.3);
    expect(new Set(b.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    const first = b.packets[0]!;
    for (const packet of b.packets) {
      expect((packet.timestamp - first.timestamp) | 0).toBe(((packet.sequence - first.sequence) & 0xffff) * 160);
    }
    await plane.stop();
  });
});
