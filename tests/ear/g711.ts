/** One G.711 µ-law byte as a 16-bit sample (ITU-T G.711). Written apart from the product's codec, to check it. */
export function fromMuLaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return (bits & 0x80) !== 0 ? -magnitude : magnitude;
}

/** One G.711 A-law byte as a 16-bit sample. */
export function fromALaw(byte: number): number {
  const bits = byte ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) !== 0 ? magnitude : -magnitude;
}

export type G711 = 'PCMU' | 'PCMA';

const decode = { PCMU: table(fromMuLaw), PCMA: table(fromALaw) } as const;
const encode = { PCMU: inverse(decode.PCMU), PCMA: inverse(decode.PCMA) } as const;

/** A payload as samples. */
export function decodeG711(payload: Uint8Array, codec: G711): Int16Array {
  return Int16Array.from(payload, (byte) => decode[codec][byte]!);
}

/** Samples as a payload: the nearest code of each. */
export function encodeG711(samples: Int16Array, codec: G711): Uint8Array {
  return Uint8Array.from(samples, (sample) => encode[codec][sample + 32768]!);
}

function table(one: (byte: number) => number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, byte) => one(byte));
}

function inverse(values: Int16Array): Uint8Array {
  const codes = Array.from({ length: 256 }, (_, byte) => byte).sort((a, b) => values[a]! - values[b]!);
  const nearest = new Uint8Array(65536);
  let place = 0;
  for (let sample = -32768; sample <= 32767; sample += 1) {
    const distance = (at: number) => Math.abs(values[codes[at]!]! - sample);
    while (place < 255 && distance(place + 1) <= distance(place)) place += 1;
    nearest[sample + 32768] = codes[place]!;
  }
  return nearest;
}
