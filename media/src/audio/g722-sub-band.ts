/** 2048 × 2^(n/32), the fraction part of a scale (ITU-T G.722 table 23). */
const scaleFractions = Int32Array.from({ length: 32 }, (_, step) => Math.round(2048 * 2 ** (step / 32)));

/** What differs between the two bands (ITU-T G.722 3.3 to 3.5). */
export interface SubBandKind {
  /** How the logarithm of the scale moves, by code. */
  readonly steps: Int32Array;
  /** Its upper limit, and how far the scale is shifted. */
  readonly mostLog: number;
  readonly shift: number;
  /** The scale at the start. */
  readonly scale: number;
}

/**
 * The memory of one band of G.722: the scale of its quantizer, and the predictor of two poles and six zeros (ITU-T G.722 3.5, 3.6). Encoder and decoder
 * keep the same by feeding it the same quantized differences. Integers of 16 bits, as the Recommendation counts.
 */
export class SubBand {
  /** What the next sample is expected to be. */
  prediction = 0;
  /** What quantized values are multiplied with (Q15). */
  scale: number;
  readonly #kind: SubBandKind;
  #log = 0;
  #zeroPart = 0;
  #pole1 = 0;
  #pole2 = 0;
  /** The last two reconstructed samples. */
  #r1 = 0;
  #r2 = 0;
  /** The last two partly reconstructed ones. */
  #p1 = 0;
  #p2 = 0;
  readonly #zeros = new Int32Array(6);
  /** The last six differences, newest first. */
  readonly #differences = new Int32Array(6);

  constructor(kind: SubBandKind) {
    this.#kind = kind;
    this.scale = kind.scale;
  }

  /** Takes the quantized difference to the prediction, and the code that moves the scale. */
  take(difference: number, code: number): void {
    this.#moveScale(code);
    const reconstructed = clip16(this.prediction + difference);
    const partly = clip16(this.#zeroPart + difference);
    this.#movePoles(partly);
    this.#moveZeros(difference);
    this.#r2 = this.#r1;
    this.#r1 = reconstructed;
    this.#p2 = this.#p1;
    this.#p1 = partly;
    const poles = ((this.#pole1 * clip16(2 * this.#r1)) >> 15) + ((this.#pole2 * clip16(2 * this.#r2)) >> 15);
    this.prediction = clip16(clip16(poles) + this.#zeroPart);
  }

  /** 3.5: the logarithm leaks, and moves by what the code says. */
  #moveScale(code: number): void {
    const { steps, mostLog, shift } = this.#kind;
    const log = ((this.#log * 127) >> 7) + steps[code]!;
    this.#log = log < 0 ? 0 : log > mostLog ? mostLog : log;
    const fraction = scaleFractions[(this.#log >> 6) & 31]!;
    const down = shift - (this.#log >> 11);
    this.scale = (down < 0 ? fraction << -down : fraction >> down) << 2;
  }

  /** 3.6.3: the poles follow the signs of the last three partly reconstructed samples, within what keeps the filter stable. */
  #movePoles(partly: number): void {
    const agrees1 = partly >> 15 === this.#p1 >> 15;
    const agrees2 = partly >> 15 === this.#p2 >> 15;
    const quadrupled = clip16(this.#pole1 * 4);
    const turned = Math.min(agrees1 ? -quadrupled : quadrupled, 32_767);
    const second = (agrees2 ? 128 : -128) + (turned >> 7) + ((this.#pole2 * 32_512) >> 15);
    this.#pole2 = second > 12_288 ? 12_288 : second < -12_288 ? -12_288 : second;
    const first = clip16((agrees1 ? 192 : -192) + ((this.#pole1 * 32_640) >> 15));
    const most = clip16(15_360 - this.#pole2);
    this.#pole1 = first > most ? most : first < -most ? -most : first;
  }

  /** 3.6.4: each zero follows whether its difference has the sign of the newest. */
  #moveZeros(difference: number): void {
    const [zeros, differences] = [this.#zeros, this.#differences];
    const step = difference === 0 ? 0 : 128;
    const sign = difference >> 15;
    let sum = 0;
    for (let at = 5; at >= 0; at--) {
      const old = differences[at]!;
      const zero = clip16((old >> 15 === sign ? step : -step) + ((zeros[at]! * 32_640) >> 15));
      zeros[at] = zero;
      const moved = at === 0 ? difference : differences[at - 1]!;
      differences[at] = moved;
      sum += (zero * clip16(2 * moved)) >> 15;
    }
    this.#zeroPart = clip16(sum);
  }
}

/** The nearest value of 16 bits. */
export function clip16(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}
