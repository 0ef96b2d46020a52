import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Party, partyTones } from '../../ear/parties.js';
import { toneSamples } from '../../ear/tone.js';
import { readWav, writeWav } from '../../ear/wav.js';
import { whoIsHeard } from '../../ear/who-is-heard.js';
import { freeUdpPorts } from '../free-udp-ports.js';
import { PeerProcess } from '../peer-process.js';
import { within } from '../within.js';
import { type BaresipEvent, ControlConnection } from './control-connection.js';

export interface BaresipOptions {
  readonly user: string;
  readonly password?: string;
  /** Where it registers and sends its calls through. */
  readonly server: { readonly host: string; readonly port: number };
  /** Host part of its address. Default: the server's host. */
  readonly domain?: string;
  /** Whose tone it sends. */
  readonly party: Party;
  /** Whether it answers by itself. Default false. */
  readonly autoAnswer?: boolean;
  /** Whether it registers when it starts. Default true where it has a password. */
  readonly register?: boolean;
  /** Default udp. */
  readonly transport?: 'udp' | 'tcp';
  /** Default PCMU, then PCMA. */
  readonly codecs?: readonly ('pcmu' | 'pcma' | 'g722')[];
  /** How it encrypts its media: SRTP with keys in the description, or DTLS-SRTP, and nothing else; or keys beside a plain offer. Default: not at all. */
  readonly encryption?: 'sdes' | 'dtls' | 'optional';
  /** Whether it finds its way by ICE. Default false. */
  readonly ice?: boolean;
}

const moduleFolders = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules'];

/** A real softphone, baresip, without a sound card: it plays its tone from a file and keeps what it hears in others. */
export class BaresipPhone {
  readonly address: { readonly host: string; readonly port: number };
  readonly #process: PeerProcess;
  readonly #control: ControlConnection;
  readonly #folder: string;

  private constructor(port: number, running: PeerProcess, control: ControlConnection, folder: string) {
    this.address = { host: '127.0.0.1', port };
    this.#process = running;
    this.#control = control;
    this.#folder = folder;
  }

  /** Starts it. Resolves when it takes commands. */
  static async start(options: BaresipOptions): Promise<BaresipPhone> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await BaresipPhone.#startOnce(options);
      } catch (error) {
        // It wants its port for UDP and TCP; somebody may have taken either since we looked.
        if (attempt === 5 || !String(error).includes('Address already in use')) throw error;
      }
    }
  }

  static async #startOnce(options: BaresipOptions): Promise<BaresipPhone> {
    const folder = mkdtempSync(join(tmpdir(), 'hookswitch-baresip-'));
    const [port, mediaPort, controlPort] = [await freeUdpPorts(1), await freeUdpPorts(8), await freeTcpPort()];
    mkdirSync(join(folder, 'heard'));
    // It reads files of its codec's own rate only, and of G.722 that is twice the others': each sample stands there twice.
    const tone = toneSamples(partyTones[options.party], 8000 * 120);
    const isWide = options.codecs?.[0] === 'g722';
    const file = isWide
      ? { rate: 16_000, channels: [Int16Array.from({ length: tone.length * 2 }, (_, at) => tone[at >> 1]!)] }
      : { rate: 8000, channels: [tone] };
    writeFileSync(join(folder, 'tone.wav'), writeWav(file));
    writeFileSync(join(folder, 'config'), configFile(folder, port, mediaPort, controlPort));
    writeFileSync(join(folder, 'accounts'), '');
    writeFileSync(join(folder, 'contacts'), '');
    const running = PeerProcess.start('baresip', ['-f', folder, '-v'], { cwd: folder });
    const control = await running.until('baresip takes commands', ControlConnection.open(controlPort));
    // The account comes last, so that no event about its registration is missed.
    await control.command('uanew', accountLine(options));
    return new BaresipPhone(port, running, control, folder);
  }

  /** All that it told so far. */
  get events(): readonly BaresipEvent[] {
    return this.#control.events.all;
  }

  /** Resolves with the first event of this type; with `from`, the first after that many events. */
  event(type: string, from = 0): Promise<BaresipEvent> {
    return this.#control.events.first(type, (event) => event.type === type, { from });
  }

  /** Resolves when its registration was taken; rejects when it was refused. */
  async registered(): Promise<void> {
    const outcome = await this.#control.events.first('the outcome of the registration', ({ type }) =>
      ['REGISTER_OK', 'REGISTER_FAIL'].includes(type),
    );
    if (outcome.type !== 'REGISTER_OK') throw new Error(`baresip was not registered: ${outcome.param ?? ''}`);
  }

  /** Calls a user part or a whole SIP address. */
  async dial(target: string): Promise<void> {
    await this.#control.command('dial', target);
  }

  /** Resolves when it rings. */
  async rings(): Promise<BaresipEvent> {
    return this.event('CALL_INCOMING');
  }

  async accept(): Promise<void> {
    await this.#control.command('accept');
  }

  /** Resolves when a call of its is up. */
  async established(): Promise<void> {
    await this.event('CALL_ESTABLISHED');
  }

  /** Ends its call, or refuses the one that rings. */
  async hangUp(): Promise<void> {
    await this.#control.command('hangup');
  }

  async hold(): Promise<void> {
    await this.#control.command('hold');
  }

  /** Presses "transfer": hands whom it talks to on to that address. */
  async transfer(target: string): Promise<void> {
    await this.#control.command('transfer', target);
  }

  async resume(): Promise<void> {
    await this.#control.command('resume');
  }

  /** Presses keys. */
  async sendDigits(digits: string): Promise<void> {
    for (const digit of digits) {
      await this.#control.command('sndcode', digit);
      await sleep(250);
    }
  }

  /** Resolves when its call is over, with the reason that it gives. */
  async closed(): Promise<string> {
    return (await this.event('CALL_CLOSED')).param ?? '';
  }

  /** What its last call has heard so far, at 8 kHz. */
  heard(): Int16Array {
    const folder = join(this.#folder, 'heard');
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('-dec.wav'))
      .sort();
    const last = files.at(-1);
    if (last === undefined) return new Int16Array(0);
    const bytes = readFileSync(join(folder, last));
    if (bytes.length < 44) return new Int16Array(0);
    const { rate, channels } = readWav(bytes);
    const [samples] = channels;
    // Of G.722 it keeps 16 kHz; what parties say lies low enough for every other sample.
    return rate === 16_000 ? samples!.filter((_, at) => at % 2 === 0) : samples!;
  }

  /** Resolves once the last 300 ms that it heard have exactly these parties in them. */
  async hears(...who: readonly Party[]): Promise<void> {
    const wanted = [...who].sort().join(', ');
    let last = '';
    const heard = async () => {
      while (last !== wanted || last === '') {
        const samples = this.heard();
        if (samples.length >= 2400) last = whoIsHeard(samples.slice(-2400), { atLeastMs: 300 }).join(', ') || 'nobody';
        if (last !== wanted) await sleep(50);
      }
    };
    await within(
      this.#process.until(`baresip hears ${wanted}`, heard()),
      `baresip to hear ${wanted}`,
      () => `it hears ${last}`,
    );
  }

  /** Its log. */
  get output(): string {
    return this.#process.output;
  }

  async stop(): Promise<void> {
    this.#control.close();
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function configFile(folder: string, port: number, mediaPort: number, controlPort: number): string {
  return [
    'poll_method epoll',
    `sip_listen 127.0.0.1:${port}`,
    'net_interface 127.0.0.1',
    `rtp_ports ${mediaPort}-${mediaPort + 7}`,
    'audio_srate 8000',
    'audio_channels 1',
    'audio_buffer 20-160',
    `audio_source aufile,${join(folder, 'tone.wav')}`,
    `snd_path ${join(folder, 'heard')}`,
    `module_path ${moduleFolders.find((place) => existsSync(place)) ?? moduleFolders[0]}`,
    ...['g711', 'g722', 'aufile', 'sndfile', 'srtp', 'dtls_srtp', 'ice'].map((name) => `module ${name}.so`),
    'module_tmp account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    '',
  ].join('\n');
}

/** As it knows them: without their rate it takes 8000. */
const codecNames = { pcmu: 'pcmu', pcma: 'pcma', g722: 'g722/16000/1' } as const;

const encryptionNames = { sdes: 'srtp-mand', dtls: 'dtls_srtp', optional: 'srtp' } as const;

function accountLine(options: BaresipOptions): string {
  const { user, password, server, transport = 'udp' } = options;
  const register = options.register ?? password !== undefined;
  return [
    `<sip:${user}@${options.domain ?? server.host};transport=${transport}>`,
    `auth_user=${user}`,
    ...(password === undefined ? [] : [`auth_pass=${password}`]),
    `outbound="sip:${server.host}:${server.port};transport=${transport}"`,
    `regint=${register ? 60 : 0}`,
    `answermode=${options.autoAnswer ? 'auto' : 'manual'}`,
    `audio_codecs=${(options.codecs ?? ['pcmu', 'pcma']).map((name) => codecNames[name]).join(',')}`,
    'ptime=20',
    ...(options.encryption ? [`mediaenc=${encryptionNames[options.encryption]}`] : []),
    ...(options.ice ? ['medianat=ice'] : []),
  ].join(';');
}

function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
