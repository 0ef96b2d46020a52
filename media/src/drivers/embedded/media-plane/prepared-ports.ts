/** How many are asked for at once, and how few are left then. */
const askFor = 12;
const fewLeft = 4;

/** The ports that a plane prepared, as its control has them: so a leg need not wait until its ports are bound, and the plane is woken once for what is known at once. */
export class PreparedPorts {
  readonly #prepare: (address: string, count: number) => Promise<readonly number[]>;
  readonly #ports = new Map<string, number[]>();
  #asking = false;
  #generation = 0;

  /** @param prepare asks the plane, and never rejects */
  constructor(prepare: (address: string, count: number) => Promise<readonly number[]>) {
    this.#prepare = prepare;
  }

  /** One for a leg, or undefined. Asks for more where few are left. */
  take(address: string): number | undefined {
    const port = this.#ports.get(address)?.shift();
    if ((this.#ports.get(address)?.length ?? 0) <= fewLeft) void this.#ask(address);
    return port;
  }

  /** The plane let them go. */
  forget(): void {
    this.#generation++;
    this.#ports.clear();
  }

  async #ask(address: string): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const generation = this.#generation;
    const made = await this.#prepare(address, askFor);
    this.#asking = false;
    if (generation === this.#generation) this.#ports.set(address, [...(this.#ports.get(address) ?? []), ...made]);
  }
}
