import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import type { DatagramClientReceiver } from '../../net/datagram-client.js';
import { type BencodedDictionary, decodeBencode, encodeBencode } from './bencode.js';
import { RtpengineRelay } from './rtpengine-relay.js';
import { defaultRtpengineSettings, type RtpengineSettings } from './rtpengine-settings.js';

/** What a scripted rtpengine does with a command: answers, says raw bytes after the cookie, or nothing. */
export type Reaction = BencodedDictionary | { readonly raw: string } | undefined;

/** An rtpengine on paper: notes what it is asked, and answers as its script says. */
export class ScriptedRtpengine {
  readonly asked: { readonly cookie: string; readonly command: BencodedDictionary }[] = [];
  /** Whether its machine says that nobody listens. */
  gone = false;
  react: (command: BencodedDictionary) => Reaction = () => this.usual;
  readonly #clock: ManualClock;
  #startedAt: number;
  #receiver: DatagramClientReceiver | undefined;

  constructor(clock: ManualClock) {
    this.#clock = clock;
    this.#startedAt = clock.now() - 100_000;
  }

  /** Another process in its place. */
  restart(): void {
    this.#startedAt = this.#clock.now();
  }

  /** What one that has all sessions says. */
  get usual(): BencodedDictionary {
    return {
      result: 'ok',
      sdp: 'v=0\r\n',
      statistics: { totalstatistics: { uptime: String(Math.floor((this.#clock.now() - this.#startedAt) / 1000)) } },
      tags: {},
    };
  }

  commands(name: string): BencodedDictionary[] {
    return this.asked.map(({ command }) => command).filter(({ command }) => command === name);
  }

  open(receiver: DatagramClientReceiver) {
    this.#receiver = receiver;
    return { send: (bytes: Uint8Array) => this.#received(bytes), close: () => undefined };
  }

  /** Sends bytes that nobody asked for. */
  say(text: string): void {
    this.#receiver?.onDatagram(Buffer.from(text));
  }

  #received(bytes: Uint8Array): void {
    const text = Buffer.from(bytes);
    const space = text.indexOf(0x20);
    const cookie = text.toString('latin1', 0, space);
    const command = decodeBencode(text.subarray(space + 1)) as BencodedDictionary;
    this.asked.push({ cookie, command });
    const receiver = this.#receiver;
    if (this.gone) {
      queueMicrotask(() => receiver?.onError('ECONNREFUSED'));
      return;
    }
    const reaction = this.react(command);
    if (reaction === undefined) return;
    const answer = typeof reaction.raw === 'string' ? reaction.raw : encodeBencode(reaction as BencodedDictionary);
    queueMicrotask(() => receiver?.onDatagram(Buffer.from(`${cookie} ${answer}`)));
  }
}

/** A relay of scripted rtpengines, `weights.length` of them, on a clock of its own. */
export async function scriptedRelay(
  weights: readonly number[],
  settings: Partial<RtpengineSettings> = {},
): Promise<{
  relay: RtpengineRelay;
  rtpengines: ScriptedRtpengine[];
  clock: ManualClock;
  pass(ms: number): Promise<void>;
}> {
  const clock = new ManualClock();
  const rtpengines = weights.map(() => new ScriptedRtpengine(clock));
  const relay = new RtpengineRelay({
    ...defaultRtpengineSettings,
    servers: weights.map((weight, at) => ({ host: '127.0.0.1', port: at, weight })),
    open: async (_, port, receiver) => rtpengines[port]!.open(receiver),
    clock,
    random: seededRandom(3),
    logger: silentLogger,
    ...settings,
  });
  await relay.start();
  /** Lets time pass in small steps, with what follows from each. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
    }
  };
  return { relay, rtpengines, clock, pass };
}
