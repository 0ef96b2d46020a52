import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LossyPath } from '../../peers/lossy-path.js';
import { OwnRtpengine } from '../../peers/rtpengine/own-rtpengine.js';
import { useWorld } from '../world.js';
import { PhoneWorld } from './phone-world.js';

const rtpengine = await OwnRtpengine.start();
const on = useWorld({ name: 'lossycalls', redisDatabase: 142, settings: { RTPENGINES: rtpengine.address } });
let phones: PhoneWorld;
let path: LossyPath;
beforeAll(async () => {
  phones = new PhoneWorld(on.world);
  await phones.withoutTrunks();
  path = await LossyPath.open(on.world.sip, { up: 10, down: 5 });
});
afterEach(() => phones.close());
afterAll(async () => {
  path.close();
  await rtpengine.stop();
});

interface MediaView {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly roundTripMs: number;
  readonly remoteLossFraction: number;
  readonly mos: number;
}

/** What rtpengine has of its only call: packets of sound that the phone sent, and what the two ends reported of each other, the average of it. */
async function measured() {
  const [callId] = await rtpengine.calls();
  const text = callId === undefined ? '' : await rtpengine.query(callId);
  const reports = [
    ...text.matchAll(/average MOSd3:MOSi(\d+)e15:round-trip timei([1-9]\d*)e[^,]*?11:packet lossi(\d+)e/g),
  ];
  const packets = /d7:outsided.*?7:packetsi(\d+)e/s.exec(text)?.[1];
  return {
    packets: Number(packets),
    reports: reports.map(([, mos, microseconds, percent]) => ({
      mos: Number(mos) / 10,
      roundTripMs: Number(microseconds) / 1000,
      lostPercent: Number(percent),
    })),
  };
}

describe('a relayed call over a network that loses one packet in ten from the phone, and one in five to it', () => {
  it('its CDR has what was lost each way, and is at one with what rtpengine measured; the call says that it is encrypted, and by which relay it goes', async () => {
    const { phone, path: script } = await phones.baresip('sdes', {
      encrypts: 'sdes',
      runs: [{ verb: 'play', url: '/music.wav', loop: 0 }],
      server: path.address,
    });
    await phone.dial('somebody');
    await phone.established();
    const id = await on.world.callId(script);
    // Both ends report every five seconds or so.
    const theirs = await on.world.eventually('reports of both ends', async () => {
      const now = await measured();
      return now.reports.length === 2 ? now : undefined;
    });
    const { media: live } = await on.world.api.get<{ media: object }>(`/v1/calls/${id}`);
    const relayId = expect.stringMatching(/^RL[0-9a-f]{32}$/);
    expect(live).toEqual({ encryption: 'sdes', relayId });
    await phone.hangUp();
    const { media } = (await on.world.cdr(id)) as unknown as { media: MediaView };
    expect(media).toMatchObject({ ...live, codec: 'PCMU' });
    const { up } = path.counts;
    // A packet may be on its way when the call ends.
    expect(up.lost - media.packetsLost).toBeOneOf([0, 1]);
    expect(Math.abs(up.came - up.lost - media.packetsReceived)).toBeLessThan(5);
    expect(media.packetsReceived).toBeGreaterThanOrEqual(theirs.packets);
    expect(media.remoteLossFraction).toBeCloseTo(0.2, 1);
    const [lessLost, moreLost] = theirs.reports.sort((a, b) => a.lostPercent - b.lostPercent);
    // What we heard had the smaller loss, and sounded better than what the phone heard.
    expect([lessLost!.lostPercent, moreLost!.lostPercent]).toEqual([expect.closeTo(10, -1), expect.closeTo(20, -1)]);
    expect(Math.abs(media.mos - lessLost!.mos)).toBeLessThan(0.6);
    expect(media.mos).toBeGreaterThan(moreLost!.mos);
    expect(media.roundTripMs).toBeGreaterThan(0);
  });
});
