// Who is heard when, packet by packet: what comes to a phone from now on, each packet of 20 ms looked at for the tones of parties.
import { decodeG711 } from '../../tests/dist/ear/g711.js';
import { partyTones } from '../../tests/dist/ear/parties.js';
import { toneLevel } from '../../tests/dist/ear/tone-level.js';

/** As loud as the tests ask for: 18 dB below what a party sends. */
const audibleDb = -30;
const packetMs = 20;

/** Watches for the tones of these parties until `stop`. */
export function toneWatch(media, parties) {
  const startedAt = performance.now();
  const heard = new Map(parties.map((party) => [party, []]));
  const waiting = new Set();
  const { packets } = media;
  const add = packets.add.bind(packets);
  let stoppedAt;
  packets.add = (entry) => {
    add(entry);
    const { payloadType, payload } = entry.packet;
    if (stoppedAt !== undefined || (payloadType !== 0 && payloadType !== 8)) return;
    const now = performance.now();
    const samples = decodeG711(payload, payloadType === 0 ? 'PCMU' : 'PCMA');
    for (const [party, times] of heard) if (toneLevel(samples, partyTones[party]) >= audibleDb) times.push(now);
    for (const look of [...waiting]) look();
  };
  const until = (find) =>
    new Promise((resolve) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    /** When that party's tone came first. */
    first: (party) => until(() => heard.get(party)[0]),
    heardAll: () => until(() => ([...heard.values()].every(({ length }) => length > 0) ? true : undefined)),
    /** When it came last; undefined where never. */
    last: (party) => heard.get(party).at(-1),
    /** The longest silence of that party, milliseconds, its packets' own length taken off. */
    longestGap(party) {
      const times = [startedAt, ...heard.get(party), stoppedAt];
      return Math.max(0, ...times.slice(1).map((at, index) => at - times[index] - packetMs));
    },
    /** What of that party's sound never came, milliseconds: packets that come late are not lost. */
    lost(party) {
      const times = heard.get(party);
      return Math.max(0, times.at(-1) - times[0] - (times.length - 1) * packetMs);
    },
    stop() {
      stoppedAt = performance.now();
      packets.add = add;
    },
  };
}
