import type { EslEvent } from '../esl/esl-event.js';

/** What a channel is told before its answer, so that FreeSWITCH itself keeps its keys: an extension of ours (`deploy/freeswitch/dialplan/keys.xml`). */
export const keepKeys: readonly [name: string, value: string] = [
  'execute_on_answer',
  'execute_extension keep XML hookswitch-keys',
];

/** Every key that was pressed on the channel since its answer. */
const allVariable = 'hookswitch_keys';
/** How many of them a process of the node was told. */
const toldVariable = 'hookswitch_keys_told';

export interface PressedKeysParts {
  /** Whether FreeSWITCH keeps them: then each is looked up there. Else it tells a key once, to whoever listens then. */
  readonly kept: boolean;
  /** `uuid_<verb> <channel> <rest>` */
  command(verb: string, rest: string): Promise<string>;
  /** A key was pressed, each once. */
  pressed(digit: string): void;
  /** The same of one that was pressed while nobody listened. */
  missed(digit: string): void;
}

/**
 * The keys of a leg. A process that comes after another, or was cut off for a while, cannot tell from an event which key of how many it is of: so where FreeSWITCH keeps them an event only
 * says that there are more, and how many were told is kept there as well.
 */
export class PressedKeys {
  readonly #parts: PressedKeysParts;
  /** How many keys of the leg's channel were told. */
  #channel = { told: 0 };

  constructor(parts: PressedKeysParts) {
    this.#parts = parts;
  }

  /** FreeSWITCH tells of a key. */
  heard(digit: string): void {
    if (this.#parts.kept) void this.#lookUp(digit);
    else this.#parts.pressed(digit);
  }

  /** The channel as it was found after a time without events. */
  found(dump: EslEvent): void {
    const channel = this.#channel;
    channel.told = Math.max(channel.told, Number(dump.get(`variable_${toldVariable}`) ?? 0));
    this.#tell(dump.get(`variable_${allVariable}`) ?? '', this.#parts.missed);
  }

  /** Another channel has the leg. */
  moved(): void {
    this.#channel = { told: 0 };
  }

  async #lookUp(digit: string): Promise<void> {
    const { command, pressed } = this.#parts;
    const channel = this.#channel;
    const all = await command('getvar', allVariable).catch(() => '');
    if (!isKept(all)) pressed(digit);
    else if (channel === this.#channel) this.#tell(all.trim(), pressed);
  }

  #tell(all: string, tell: (digit: string) => void): void {
    const news = all.slice(this.#channel.told);
    if (news === '') return;
    this.#channel.told = all.length;
    this.#parts.command('setvar', `${toldVariable} ${all.length}`).catch(() => undefined);
    for (const digit of news) tell(digit);
  }
}

/** A channel that was answered without `keepKeys`, or that is gone, has none. */
function isKept(answer: string): boolean {
  return /^[0-9A-Da-d*#]+\s*$/.test(answer);
}
