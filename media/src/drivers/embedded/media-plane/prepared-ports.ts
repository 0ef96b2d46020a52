/** How many are asked for at once, and how few are left then. */
const askFor = 12;
const fewLeft = 4;
/** Where none could be had, so many legs are opened before more are asked for; twice as many each further time, up to the most. */
const restAtFirst = askFor;
const restAtMost = 64 * restAtFirst;

/** The ports that a plane prepared, as its control has them: so a leg need not wait until its ports are bound, and the plane is woken once for what is known at once. */
export class PreparedPorts {
  readonly #prepare: (address: string, count: number) => Promise<readonly number[]>;
  readonly #ports = new Map<string, number[]>();
  /** Settles once what was asked for last has come. */
  #asked: Promise<void> | undefined;
  #generation = 0;
  /** Legs that are still opened without more being asked for, and how many that were at first. */
  #resting = { left: 0, length: 0 };

  /** @param prepare asks the plane, and never rejects */
  constructor(prepare: (address: string, count: number) => Promise<readonly number[]>) {
    this.#prepare = prepare;
  }

  /** One for a leg, or undefined. Asks for more where few are left. */
  take(address: string): number | undefined {
    const port = this.#ports.get(address)?.shift();
    if (this.#resting.left > 0) this.#resting.left--;
    else if ((this.#ports.get(address)?.length ?? 0) <= fewLeft) this.#asked ??= this.#ask(address);
    return port;
  }

  /** For a leg that found the range full: one of those that were on their way; else one of another address, which is of use once the plane has let it go. */
  async takeLast(address: string): Promise<{ readonly address: string; readonly port: number } | undefined> {
    await this.#asked;
    for (const at of [address, ...this.#ports.keys()]) {
      const port = this.#ports.get(at)?.shift();
      if (port !== undefined) return { address: at, port };
    }
    return undefined;
  }

  /** The plane let them go. */
  forget(): void {
    this.#generation++;
    this.#ports.clear();
  }

  async #ask(address: string): Promise<void> {
    const generation = this.#generation;
    const made = await this.#prepare(address, askFor);
    this.#asked = undefined;
    if (generation !== this.#generation) return;
    this.#ports.set(address, [...(this.#ports.get(address) ?? []), ...made]);
    const { length } = this.#resting;
    const rest = made.length > 0 ? 0 : Math.min(Math.max(2 * length, restAtFirst), restAtMost);
    this.#resting = { left: rest, length: rest };
  }
}
