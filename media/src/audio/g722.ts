import { decodeTable, encodeTable } from './g711.js';
import { clip16, SubBand, type SubBandKind } from './g722-sub-band.js';

/**
 * The filter that splits 0 to 8 kHz into two bands of 4 kHz and joins them again (ITU-T G.722 table 11, times 8192); its other half mirrors it.
 */
const filter = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
const taps = filter.length * 2;

/** Decision values of the 6-bit quantizer of the lower band (table 14). */
const lowDecisions = Int32Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650],
  ...[714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
);
/** Sizes that the lower band's codes stand for, with 6 bits for what is heard and with 4 for the predictor (tables 17, 18). */
const lowLevels6 = Int32Array.of(
  ...[-136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192, -10_232, -9360],
  ...[-8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360],
  ...[
    -1040, -728, 24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9360, 8576, 7856, 7192, 6576,
  ],
  ...[6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136],
);
const lowLevels4 = Int32Array.of(
  ...[0, -20_456, -12_896, -8968, -6288, -4240, -2584, -1200, 20_456, 12_896, 8968, 6288, 4240, 2584, 1200, 0],
);
/** Those of the upper band's two bits (table 19). */
const highLevels = Int32Array.of(-7408, -1616, 7408, 1616);
/** Above this share of the scale (Q12) a difference of the upper band is a large one (table 15). */
const highDecision = 564;

/** Tables 20 to 22. */
const low: SubBandKind = {
  steps: Int32Array.of(-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60),
  mostLog: 18_432,
  shift: 8,
  scale: 32,
};
const high: SubBandKind = { steps: Int32Array.of(798, -214, 798, -214), mostLog: 22_528, shift: 10, scale: 8 };

/** The upper band of something that has none: a small code, under which the scale shrinks to nothing. */
const emptyHigh = 0xc0;

/**
 * Encodes to G.722 at 64 kbit/s (ITU-T G.722): a byte for two samples of 16 kHz, six bits for the lower band and two for the upper.
 */
export class G722Encoder {
  readonly #low = new SubBand(low);
  readonly #high = new SubBand(high);
  readonly #window = new Int32Array(taps);

  /** Encodes an even number of samples at 16 kHz to half as many bytes at `at`. */
  encode(samples: Int16Array, into: Uint8Array, at = 0): void {
    const window = this.#window;
    for (let index = 0; index < samples.length; index += 2) {
      window.copyWithin(0, 2);
      window[taps - 2] = samples[index]!;
      window[taps - 1] = samples[index + 1]!;
      let odd = 0;
      let even = 0;
      for (let tap = 0; tap < filter.length; tap++) {
        odd += window[2 * tap]! * filter[tap]!;
        even += window[2 * tap + 1]! * filter[filter.length - 1 - tap]!;
      }
      into[at++] = (this.#highCode((even - odd) >> 14) << 6) | this.#lowCode((even + odd) >> 14);
    }
  }

  /**
   * Encodes sound of 8 kHz, given as µ-law, in its place, a byte for a byte: it is the lower band as it stands, and the upper one is empty.
   */
  encodeNarrow(bytes: Uint8Array, from: number, to: number): void {
    const linear = decodeTable.pcmu;
    for (let at = from; at < to; at++) bytes[at] = emptyHigh | this.#lowCode(linear[bytes[at]!]! >> 1);
  }

  #lowCode(sample: number): number {
    const band = this.#low;
    const difference = clip16(sample - band.prediction);
    const size = difference < 0 ? ~difference : difference;
    let step = 1;
    while (step < 30 && size >= (lowDecisions[step]! * band.scale) >> 12) step++;
    const code = difference >= 0 ? 62 - step : step <= 2 ? 64 - step : 34 - step;
    band.take((band.scale * lowLevels4[code >> 2]!) >> 15, code >> 2);
    return code;
  }

  #highCode(sample: number): number {
    const band = this.#high;
    const difference = clip16(sample - band.prediction);
    const size = difference < 0 ? ~difference : difference;
    const isLarge = size >= (highDecision * band.scale) >> 12;
    const code = difference < 0 ? (isLarge ? 0 : 1) : isLarge ? 2 : 3;
    band.take((band.scale * highLevels[code]!) >> 15, code);
    return code;
  }
}

/** Decodes G.722 at 64 kbit/s. What is lost or comes twice is heard for some milliseconds, until the predictor has found its way again. */
export class G722Decoder {
  readonly #low = new SubBand(low);
  readonly #high = new SubBand(high);
  readonly #window = new Int32Array(taps);

  /** Decodes `codes[from … to)` to the start of `into`: two samples of 16 kHz a byte. */
  decode(codes: Uint8Array, from: number, to: number, into: Int16Array): void {
    const window = this.#window;
    for (let index = from, at = 0; index < to; index++) {
      const lower = this.#lowSample(codes[index]!);
      const upper = this.#highSample(codes[index]! >> 6);
      window.copyWithin(0, 2);
      window[taps - 2] = lower + upper;
      window[taps - 1] = lower - upper;
      let first = 0;
      let second = 0;
      for (let tap = 0; tap < filter.length; tap++) {
        second += window[2 * tap]! * filter[tap]!;
        first += window[2 * tap + 1]! * filter[filter.length - 1 - tap]!;
      }
      into[at++] = clip16(first >> 11);
      into[at++] = clip16(second >> 11);
    }
  }

  /** Turns G.722 into µ-law of 8 kHz in its place, a byte for a byte: the lower band alone, which needs no filter. */
  decodeNarrow(bytes: Uint8Array, from: number, to: number): void {
    const encode = encodeTable.pcmu;
    for (let at = from; at < to; at++) bytes[at] = encode[clip16(this.#lowSample(bytes[at]!) * 2) + 32_768]!;
  }

  #lowSample(byte: number): number {
    const band = this.#low;
    const code = byte & 0x3f;
    const sample = clip15(band.prediction + ((band.scale * lowLevels6[code]!) >> 15));
    band.take((band.scale * lowLevels4[code >> 2]!) >> 15, code >> 2);
    return sample;
  }

  #highSample(code: number): number {
    const band = this.#high;
    const difference = (band.scale * highLevels[code]!) >> 15;
    const sample = clip15(band.prediction + difference);
    band.take(difference, code);
    return sample;
  }
}

function clip15(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}
