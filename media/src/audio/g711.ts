/** The two G.711 laws by their names in our media plane. */
export type G711Codec = 'pcmu' | 'pcma';

/** What a leg's packets may hold: G.711, or G.722 at 64 kbit/s, which has as many bytes. */
export type SoundCodec = G711Codec | 'g722';

/** Their payload types (RFC 3551 table 4). */
export const staticPayloadTypes: Readonly<Record<SoundCodec, number>> = { pcmu: 0, pcma: 8, g722: 9 };

/** Code of digital silence (the value nearest zero). */
export const silenceCode: Readonly<Record<G711Codec, number>> = { pcmu: 0xff, pcma: 0xd5 };

/** 256 linear values by code (ITU-T G.711). */
export const decodeTable: Readonly<Record<G711Codec, Int16Array>> = {
  pcmu: Int16Array.from({ length: 256 }, (_, code) => muLawValue(code)),
  pcma: Int16Array.from({ length: 256 }, (_, code) => aLawValue(code)),
};

/** 65536 codes by linear value + 32768: encoding is one look-up. */
export const encodeTable: Readonly<Record<G711Codec, Uint8Array>> = {
  pcmu: buildEncodeTable('pcmu'),
  pcma: buildEncodeTable('pcma'),
};

const muToA = Uint8Array.from(decodeTable.pcmu, (value) => encodeTable.pcma[value + 32768]!);
const aToMu = Uint8Array.from(decodeTable.pcma, (value) => encodeTable.pcmu[value + 32768]!);

/** 256 codes of the other law; undefined where both are the same. */
export function transcodeTable(from: G711Codec, to: G711Codec): Uint8Array | undefined {
  if (from === to) return undefined;
  return from === 'pcmu' ? muToA : aToMu;
}

/** Encodes `pcm[from … to)` to `into`, starting at `at`. */
export function encodeG711(
  codec: G711Codec,
  pcm: Int16Array,
  from: number,
  to: number,
  into: Uint8Array,
  at: number,
): void {
  const table = encodeTable[codec];
  for (let index = from; index < to; index++) into[at++] = table[pcm[index]! + 32768]!;
}

/** Decodes `codes[from … to)` to the start of `into`. Returns how many samples. */
export function decodeG711(codec: G711Codec, codes: Uint8Array, from: number, to: number, into: Int16Array): number {
  const table = decodeTable[codec];
  let at = 0;
  for (let index = from; index < to && at < into.length; index++) into[at++] = table[codes[index]!]!;
  return at;
}

function muLawValue(code: number): number {
  const inverted = ~code & 0xff;
  const magnitude = (((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4);
  return inverted & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
}

function aLawValue(code: number): number {
  const toggled = code ^ 0x55;
  const segment = (toggled & 0x70) >> 4;
  const step = (toggled & 0x0f) << 4;
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return toggled & 0x80 ? magnitude : -magnitude;
}

/** Each linear value gets the code whose value is nearest: the decision values of G.711 lie half-way. */
function buildEncodeTable(codec: G711Codec): Uint8Array {
  const values = decodeTable[codec];
  const codes = Array.from({ length: 256 }, (_, code) => code).sort((a, b) => values[a]! - values[b]!);
  const table = new Uint8Array(65536);
  let index = 0;
  for (let value = -32768; value <= 32767; value++) {
    while (
      index + 1 < 256 &&
      Math.abs(values[codes[index + 1]!]! - value) <= Math.abs(values[codes[index]!]! - value)
    ) {
      index++;
    }
    table[value + 32768] = codes[index]!;
  }
  return table;
}
