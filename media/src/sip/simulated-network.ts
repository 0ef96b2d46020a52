import type { ManualClock } from '@hookswitch/kernel/manual-clock';
import type { Random } from '@hookswitch/kernel/random';
import type { Flow, Transport } from './flow.js';
import type { SipEvent } from './sip-event.js';
import { defaultSipLimits, defaultSipTimers, type SipSettings } from './sip-settings.js';
import { SipUserAgent } from './user-agent.js';

/** How badly the network behaves; all probabilities from 0 to 1. */
export interface Weather {
  readonly loss: number;
  readonly duplication: number;
  /** Longest delay beyond one millisecond, milliseconds; packets overtake each other within it. */
  readonly jitterMs: number;
}

/** A user agent with its address and a listener of its events. */
export interface Station {
  readonly ua: SipUserAgent;
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
  readonly seen: SipEvent[];
  onEvent: (event: SipEvent) => void;
  /** Sends what the user agent wants sent and sets its timer: call after every command. */
  flush(): void;
  /** Its process is killed: it says nothing more, and hears nothing. Another may be added at its address. */
  die(): void;
}

/** User agents joined by a network that loses, repeats, delays and reorders, on a virtual clock. For tests. */
export class SimulatedNetwork {
  readonly #clock: ManualClock;
  readonly #random: Random;
  readonly #stations = new Map<string, Station & { receive: (bytes: Buffer, flow: Flow) => void }>();
  /** Loses or keeps a packet by its content; where it answers undefined, the weather decides. */
  filter: (text: string, from: string, to: string) => 'lose' | 'keep' | undefined = () => undefined;
  /** Changes what a packet says on its way: a box in between that knows better. */
  alter: (text: string) => string = (text) => text;
  /** Whom else a packet reaches, as `address:port`: a forking proxy in miniature. */
  fork: (text: string, to: string) => string | undefined = () => undefined;
  /** First lines of all that was sent, lost ones included. */
  readonly log: string[] = [];
  weather: Weather = { loss: 0, duplication: 0, jitterMs: 0 };

  constructor(clock: ManualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Adds a user agent. Over streams the weather only delays, and keeps order. */
  add(address: string, overrides: Partial<SipSettings> = {}, transport: Transport = 'udp'): Station {
    const port = 5060;
    const clock = this.#clock;
    const ua = new SipUserAgent({
      timers: defaultSipTimers,
      limits: defaultSipLimits,
      sessionTimer: { expiresSeconds: 0, minSeSeconds: 90 },
      advertise: () => ({ host: address, port }),
      userAgent: `station ${address}`,
      random: this.#random,
      ...overrides,
    });
    let cancelTimer = () => {};
    let alive = true;
    const flush = () => {
      if (!alive) return;
      for (let output = ua.poll(); output; output = ua.poll()) {
        if (output.kind === 'send')
          this.#carry(transport, address, `${output.target.address}:${output.target.port}`, output.bytes);
        else if (output.kind === 'event') {
          station.seen.push(output.event);
          station.onEvent(output.event);
        }
      }
      cancelTimer();
      const next = ua.nextTimeout();
      cancelTimer =
        next === undefined
          ? () => {}
          : clock.after(next - clock.now(), () => {
              ua.handleTimeout(clock.now());
              flush();
            });
    };
    const station = {
      ua,
      address,
      port,
      transport,
      seen: [] as SipEvent[],
      onEvent: (_event: SipEvent) => {},
      flush,
      die: () => {
        alive = false;
        cancelTimer();
      },
      receive: (bytes: Buffer, flow: Flow) => {
        if (alive) ua.handlePacket(bytes, flow, clock.now());
        flush();
      },
    };
    this.#stations.set(`${address}:${port}`, station);
    return station;
  }

  #carry(transport: Transport, from: string, to: string, bytes: Buffer): void {
    const sent = bytes.toString();
    const text = this.alter(sent);
    this.log.push(`${from} ${text.slice(0, text.indexOf('\r\n'))}`);
    const carried = text === sent ? bytes : Buffer.from(text);
    this.#deliver(transport, from, to, carried, text);
    const also = this.fork(text, to);
    if (also !== undefined) this.#deliver(transport, from, also, carried, text);
  }

  #deliver(transport: Transport, from: string, to: string, bytes: Buffer, text: string): void {
    const verdict = this.filter(text, from, to);
    if (verdict === 'lose') return;
    const station = this.#stations.get(to);
    if (!station) return;
    const { loss, duplication, jitterMs } = this.weather;
    const stream = transport !== 'udp';
    if (!stream && verdict === undefined && this.#random.next() < loss) return;
    const copies = !stream && this.#random.next() < duplication ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const delay = stream ? 1 : 1 + this.#random.next() * jitterMs;
      const flow: Flow = {
        transport,
        localAddress: station.address,
        localPort: station.port,
        remoteAddress: from,
        remotePort: 5060,
        ...(stream ? { connectionId: `${from}>${to}` } : {}),
      };
      this.#clock.after(delay, () => station.receive(bytes, flow));
    }
  }
}
