import type { Logger } from '@hookswitch/kernel/logger';

export interface LegMutesParts {
  readonly logger: Logger;
  /** `uuid_audio <channel> <rest>` */
  audio(rest: string): Promise<unknown>;
}

/** What keeps sound from a leg, or from those who hear it: mutes that were asked for, a sound instead of its room, a hold that FreeSWITCH does not heed. */
export class LegMutes {
  readonly #parts: LegMutesParts;
  readonly #muted = { in: false, out: false };
  #hushed = false;
  #isSilenced = false;
  #isOpen = false;

  constructor(parts: LegMutesParts) {
    this.#parts = parts;
  }

  get muted(): { readonly in: boolean; readonly out: boolean } {
    return { ...this.#muted };
  }

  /** The far end holds, and FreeSWITCH would go on sending. */
  get isSilenced(): boolean {
    return this.#isSilenced;
  }

  /** Becomes what a former process had told FreeSWITCH. */
  restore(muted: { readonly in: boolean; readonly out: boolean }, isSilenced: boolean): void {
    Object.assign(this.#muted, muted);
    this.#isSilenced = isSilenced;
    this.#isOpen = true;
  }

  /** Its channel has sound from now on: what counts is told. */
  open(): void {
    this.#isOpen = true;
    for (const direction of ['in', 'out'] as const) if (this.#isMute(direction)) this.#apply(direction);
  }

  mute(direction: 'in' | 'out', muted: boolean): void {
    if (this.#muted[direction] === muted) return;
    this.#muted[direction] = muted;
    if (this.#isOpen) this.#apply(direction);
  }

  silence(on: boolean): void {
    if (this.#isSilenced === on) return;
    this.#isSilenced = on;
    this.#apply('out');
  }

  /** Another channel has the leg, of which nobody was told anything. */
  forget(): void {
    this.#isSilenced = false;
    this.#hushed = false;
  }

  async hush(on: boolean): Promise<void> {
    if (this.#hushed === on) return;
    this.#hushed = on;
    if (!this.#muted.out) await this.#send('out');
  }

  #isMute(direction: 'in' | 'out'): boolean {
    return this.#muted[direction] || (direction === 'out' && (this.#hushed || this.#isSilenced));
  }

  #apply(direction: 'in' | 'out'): void {
    this.#send(direction).catch((error: unknown) =>
      this.#parts.logger.warn({ err: error }, 'a call could not be muted'),
    );
  }

  #send(direction: 'in' | 'out'): Promise<unknown> {
    return this.#parts.audio(`start ${direction === 'in' ? 'read' : 'write'} mute ${this.#isMute(direction) ? 1 : 0}`);
  }
}
