import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import {
  createEmbeddedEngine,
  type EmbeddedEngine,
  type EmbeddedEngineSettings,
} from '@hookswitch/media/drivers/embedded/index';
import { createThreadedMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/threaded-media-plane';
import { MemorySipDirectory } from '@hookswitch/media/drivers/embedded/memory-sip-directory';
import { systemNetwork } from '@hookswitch/media/net/system-network';
import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import { eventually } from '../peers/eventually.js';
import { History } from '../peers/history.js';
import { selfMadeCertificate } from '../peers/self-made-certificate.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { within } from '../peers/within.js';

export type Wire = 'udp' | 'tcp' | 'tls';
type WebSocketWire = 'ws' | 'wss';

type LoopbackOptions = Partial<EmbeddedEngineSettings> & {
  readonly host?: string;
  readonly tls?: boolean;
  /** Listens on WebSockets too, on secure ones where `tls` is set. */
  readonly webSockets?: { readonly origins?: readonly string[] };
};

/** A call that came in and was put through to the desk phone. */
export interface PutThrough {
  readonly incoming: IncomingCall;
  readonly leg: LiveCall;
  readonly ended: Promise<Termination>;
  readonly digits: string[];
}

/** What happens to a call that comes in: it is put through to the desk phone, only rings, is refused with 486 (which shows that it got through to the product), or what the test does. */
export type OnIncoming = 'put-through' | 'ring' | 'refuse' | ((call: IncomingCall) => void);

/**
 * The real embedded engine on loopback sockets, behind it a desk phone with the tone of `callee`: whoever calls the engine speaks with that
 * phone, so that sound can be proved both ways.
 */
export class EngineOnLoopback {
  readonly engine: EmbeddedEngine;
  readonly directory: MemorySipDirectory;
  readonly desk: TonePhone;
  readonly incoming = new History<IncomingCall>(
    'calls of the engine',
    (call) => `${call.facts.from} → ${call.facts.to}`,
  );
  readonly putThrough = new History<PutThrough>('calls put through', ({ leg }) => `${leg.id} ${leg.status}`);
  /** What to do with the next calls. */
  onIncoming: OnIncoming = 'put-through';
  readonly #ports: Readonly<Record<Wire | WebSocketWire, number>>;
  #count = 0;

  private constructor(
    engine: EmbeddedEngine,
    directory: MemorySipDirectory,
    desk: TonePhone,
    ports: Readonly<Record<Wire | WebSocketWire, number>>,
  ) {
    this.engine = engine;
    this.directory = directory;
    this.desk = desk;
    this.#ports = ports;
    engine.events.on('incoming', (call) => {
      this.incoming.add(call);
      if (typeof this.onIncoming === 'function') this.onIncoming(call);
      else if (this.onIncoming === 'refuse') call.refuse(486);
      else if (this.onIncoming === 'ring') call.accept(`ring-${++this.#count}`).ring();
      else void this.#putThrough(call);
    });
  }

  /** Starts it on free ports of `host`: UDP, TCP and, with `tls`, TLS; with `webSockets`, these. Calls from `host` are a trunk's. */
  static async start(options: LoopbackOptions = {}) {
    const { host = '127.0.0.1', tls = false, webSockets, ...more } = options;
    const directory = new MemorySipDirectory(systemClock);
    directory.addTrunk('TK-1', host);
    directory.addUser('alice', 'secret', { kind: 'endpoint', id: 'SE-alice' });
    const identity = tls ? { ...selfMadeCertificate(), verifyPeers: false } : undefined;
    const engine = createEmbeddedEngine({
      listen: [
        { transport: 'udp', address: host, port: 0 },
        { transport: 'tcp', address: host, port: 0 },
        ...(identity ? [{ transport: 'tls', address: host, port: 0, tls: identity } as const] : []),
        ...(webSockets ? [{ transport: 'ws', address: host, port: 0, ...webSockets } as const] : []),
        ...(webSockets && identity
          ? [{ transport: 'wss', address: host, port: 0, tls: identity, ...webSockets } as const]
          : []),
      ],
      localAddressTowards: () => host,
      directory,
      nodeId: 'interop',
      network: systemNetwork,
      mediaPlane: createThreadedMediaPlane({ portLow: 36_000, portHigh: 37_999 }),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      timers: { t1: 100, t2: 800, t4: 200, d: 400 },
      limits: { floodPerSecond: 10_000, floodBurst: 10_000 },
      ...more,
    });
    const { sip } = await engine.start();
    const portOf = (wire: Wire | WebSocketWire) =>
      Number(
        sip
          .find((one) => one.startsWith(`${wire}:`))
          ?.split(':')
          .at(-1) ?? 0,
      );
    const ports = { udp: portOf('udp'), tcp: portOf('tcp'), tls: portOf('tls'), ws: portOf('ws'), wss: portOf('wss') };
    const desk = await TonePhone.open({
      user: 'desk',
      server: { host: '127.0.0.1', port: ports.udp },
      party: 'callee',
    });
    return new EngineOnLoopback(engine, directory, desk, ports);
  }

  port(wire: Wire | WebSocketWire): number {
    return this.#ports[wire];
  }

  async close(): Promise<void> {
    await this.engine.stop(0);
    this.desk.close();
  }

  /** Resolves when the engine holds nothing any more. */
  async idle(): Promise<void> {
    const open = () => Object.entries(this.engine.gauges()).filter(([, value]) => value > 0);
    await eventually('the engine to hold nothing', () => (open().length === 0 ? true : undefined), {
      everyMs: 20,
      describe: () => `it holds ${JSON.stringify(open())}`,
    });
  }

  async #putThrough(call: IncomingCall): Promise<void> {
    this.#count += 1;
    const leg = call.accept(`in-${this.#count}`);
    const digits: string[] = [];
    leg.events.on('digit', (digit) => digits.push(digit));
    const ended = new Promise<Termination>((resolve) =>
      leg.events.once('ended', (termination) => resolve(termination)),
    );
    this.putThrough.add({ incoming: call, leg, ended: within(ended, `the end of ${leg.id}`), digits });
    leg.ring();
    const out = this.engine.dial({
      callId: `out-${this.#count}`,
      target: { kind: 'sip', uri: `sip:desk@127.0.0.1:${this.desk.address.port}` },
      from: call.facts.from,
      ringTimeoutMs: 30_000,
    });
    leg.events.once('ended', () => out.hangUp());
    out.events.once('ended', () => leg.hangUp());
    out.events.once('answered', () => {
      leg.answer().then(
        () => this.engine.connect(leg, out),
        () => leg.reject(488),
      );
    });
    const answering = await this.desk.nextCall();
    await answering.answer().catch(() => undefined);
  }
}
