import { type Random, randomInteger, seededRandom } from '@hookswitch/kernel/random';

/** Seeded chance in the words that worlds are described in. */
export class Chance {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  static seeded(seed: number, salt: number): Chance {
    return new Chance(seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) >>> 0));
  }

  /** Whether something with that probability (0 to 1) happens. */
  happens(probability: number): boolean {
    return this.random.next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return randomInteger(this.random, low, high);
  }

  /** A time between the two, milliseconds; half of them around half and whole seconds, where time-outs and other deeds are, so that things happen at once. */
  moment(low: number, high: number): number {
    const at = this.between(low, high);
    return this.happens(0.5) ? Math.max(0, Math.round(at / 500) * 500 + this.between(-80, 80)) : at;
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!;
  }

  /** One of the names, each as likely as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return entries.at(-1)![0];
  }
}
