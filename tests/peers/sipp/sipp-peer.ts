import { createSocket } from 'node:dgram';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { G711 } from '../../ear/g711.js';
import { freeUdpPorts } from '../free-udp-ports.js';
import { PeerProcess } from '../peer-process.js';
import { mediaPcap, type Programme, programmeMs } from './media-pcap.js';

/** The scenario files beside this one, and sipp's own callers and callees. */
export type SippScenario =
  | 'uac-media' // calls, plays its programme, hangs up
  | 'uac-await-bye' // calls, plays its programme, waits to be hung up on
  | 'uac-digest' // as uac-media, after a 401 or 407
  | 'uac-cancel' // calls, cancels once it rings
  | 'uac-hold' // calls, holds for a second, resumes, plays its programme, hangs up
  | 'uac-prack' // requires acknowledged provisionals, plays its programme early, holds and resumes by UPDATE, hangs up
  | 'uas-media' // rings, answers, plays its programme, waits to be hung up on
  | 'uas-bye' // rings, answers, plays its programme, hangs up
  | 'uas-early-media' // plays its programme before it answers, waits to be hung up on
  | 'uas-prack' // wants its provisionals acknowledged, plays its programme early, waits to be hung up on
  | 'uas-busy' // 486
  | 'uas-no-answer' // rings until it is cancelled
  | 'register' // registers, after a 401
  | { readonly builtIn: 'uac' | 'uas' };

export interface SippOptions {
  readonly scenario: SippScenario;
  /** Where requests go. Callees need none. */
  readonly remote?: { readonly host: string; readonly port: number };
  /** User part of whom it calls (or of who it is, for `register`). */
  readonly target?: string;
  /** User part of the caller, and user name for digest. Default `sipp`. */
  readonly user?: string;
  /** Host part of the addresses. Default: the remote's. */
  readonly domain?: string;
  readonly password?: string;
  /** What it sends on each call. Needs the right to open raw sockets: root, or CAP_NET_RAW. */
  readonly programme?: Programme;
  readonly codec?: G711;
  /** Sends back all sound that it hears, instead of a programme. */
  readonly echo?: boolean;
  /** Calls in all, after which it ends. Default 1. */
  readonly calls?: number;
  /** New calls a second. Default 10. */
  readonly rate?: number;
  /** Default udp. */
  readonly transport?: 'udp' | 'tcp';
  /** Local port, for a callee that registered from it. Default: a free one. */
  readonly port?: number;
  /** For pauses without a length of their own. Default: the programme's length. */
  readonly pauseMs?: number;
}

const scenarioFolder = fileURLToPath(new URL('../../../peers/sipp/', import.meta.url));

/** A sipp on the loopback address. */
export class SippPeer {
  readonly address: { readonly host: string; readonly port: number };
  readonly #process: PeerProcess;
  readonly #folder: string;

  private constructor(port: number, running: PeerProcess, folder: string) {
    this.address = { host: '127.0.0.1', port };
    this.#process = running;
    this.#folder = folder;
  }

  /** Starts it. A callee listens when this resolves; a caller calls at once. */
  static async start(options: SippOptions): Promise<SippPeer> {
    const folder = mkdtempSync(join(tmpdir(), 'hookswitch-sipp-'));
    const port = options.port ?? (await freeUdpPorts(1));
    const mediaPort = await freeUdpPorts(4);
    const programme = options.programme ?? [{ silenceMs: 200 }];
    const remote = options.remote ?? { host: '127.0.0.1', port: 9 };
    writeFileSync(join(folder, 'media.pcap'), mediaPcap(programme, options.codec ?? 'PCMU'));
    const words = [
      `${remote.host}:${remote.port}`,
      ...scenarioWords(options.scenario, folder),
      ...['-i', '127.0.0.1', '-mi', '127.0.0.1', '-ci', '127.0.0.1', '-bind_local'],
      ...['-p', String(port), '-mp', String(mediaPort), '-nostdin'],
      ...['-t', options.transport === 'tcp' ? 't1' : 'u1'],
      ...['-m', String(options.calls ?? 1), '-r', String(options.rate ?? 10)],
      ...['-d', String(options.pauseMs ?? programmeMs(programme) + 100)],
      ...['-s', options.target ?? 'service', '-key', 'user', options.user ?? 'sipp'],
      ...['-key', 'domain', options.domain ?? remote.host],
      ...['-au', options.user ?? 'sipp', '-ap', options.password ?? 'none'],
      ...['-key', 'codec', options.codec === 'PCMA' ? '8' : '0', '-key', 'codec_name', options.codec ?? 'PCMU'],
      ...(options.echo ? ['-rtp_echo'] : []),
      ...['-trace_err', '-error_file', 'errors.log', '-trace_msg', '-message_file', 'messages.log'],
    ];
    const peer = new SippPeer(port, PeerProcess.start('sipp', words, { cwd: folder }), folder);
    if (isCallee(options.scenario))
      await peer.#process.until('sipp listens', listens(port, options.transport ?? 'udp'));
    return peer;
  }

  /** Resolves when all its calls went as the scenario says; rejects with sipp's own complaint otherwise. */
  async finished(guardMs = 60_000): Promise<void> {
    const code = await this.#process.ended(guardMs);
    if (code !== 0)
      throw new Error(`sipp failed (${code}): ${this.#read('errors.log') || this.#process.output.slice(-2000)}`);
  }

  /** Every SIP message it sent and received, as it logged them. */
  get messages(): string {
    return this.#read('messages.log');
  }

  /** Ends it whatever it does, and removes its files. */
  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #read(file: string): string {
    try {
      return readFileSync(join(this.#folder, file), 'utf8');
    } catch {
      return '';
    }
  }
}

function scenarioWords(scenario: SippScenario, folder: string): string[] {
  if (typeof scenario === 'object') return ['-sn', scenario.builtIn];
  copyFileSync(join(scenarioFolder, `${scenario}.xml`), join(folder, 'scenario.xml'));
  return ['-sf', 'scenario.xml'];
}

function isCallee(scenario: SippScenario): boolean {
  return typeof scenario === 'object' ? scenario.builtIn === 'uas' : scenario.startsWith('uas');
}

/** Waits until somebody has the port: nobody else can bind it any more. */
async function listens(port: number, transport: 'udp' | 'tcp'): Promise<void> {
  while (!(await taken(port, transport))) await sleep(20);
}

function taken(port: number, transport: 'udp' | 'tcp'): Promise<boolean> {
  return new Promise((resolve) => {
    if (transport === 'tcp') {
      const server = createServer();
      server.once('error', () => resolve(true));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
    } else {
      const socket = createSocket('udp4');
      socket.once('error', () => resolve(true));
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(false)));
    }
  });
}
