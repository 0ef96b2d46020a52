import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { afterEach, describe, expect, it } from 'vitest';
import { systemNetwork } from '../../net/system-network.js';
import type { EngineGauges } from '../../port/call-engine.js';
import type { LiveCall } from '../../port/live-call.js';
import type { ToneSound } from '../../port/sound.js';
import type { Termination } from '../../port/termination.js';
import { createEmbeddedEngine, type EmbeddedEngine } from './index.js';
import { createThreadedMediaPlane } from './media-plane/threaded-media-plane.js';
import { MemorySipDirectory } from './memory-sip-directory.js';

/** Guards against a hang; no speed is asked for. */
const guardMs = 60_000;
const children = new Set<ChildProcess>();
const engines = new Set<EmbeddedEngine>();
const folders: string[] = [];
const beep: ToneSound = { kind: 'tone', frequencies: [440], levelDbm0: -13, cadenceMs: [300] };

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const engine of engines) await engine.stop(0);
  engines.clear();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Runs sipp; resolves with what went wrong: nothing when every call of its scenario went through as written. */
async function sipp(...options: string[]): Promise<{ complaint: Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'));
  folders.push(folder);
  const words = ['-nostdin', '-trace_err', '-error_file', 'errors.log', ...options];
  const child = spawn('sipp', words, { cwd: folder, stdio: 'ignore' });
  children.add(child);
  const guard = setTimeout(() => child.kill('SIGKILL'), guardMs);
  const complaint = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(guard);
      children.delete(child);
      const errors = readFile(join(folder, 'errors.log'), 'utf8').catch(() => '');
      errors.then((text) => resolve(code === 0 ? '' : `exit ${code}: ${text.slice(0, 2_000)}`), reject);
    });
  });
  return { complaint };
}

/** A UDP port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

async function engineUp(t1: number, transport: 'udp' | 'tcp' = 'udp', address = '127.0.0.1') {
  const directory = new MemorySipDirectory(systemClock);
  directory.addTrunk('TK1', address);
  const engine = createEmbeddedEngine({
    listen: [{ transport, address, port: 0 }],
    localAddressTowards: () => address,
    directory,
    nodeId: 'test',
    network: systemNetwork,
    mediaPlane: createThreadedMediaPlane({ portLow: 31_000, portHigh: 33_999 }),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    timers: { d: 200, t4: 200, t1 },
  });
  engines.add(engine);
  const { sip } = await engine.start();
  return { engine, port: Number(sip[0]!.split(':').at(-1)) };
}

const ended = (leg: LiveCall) =>
  new Promise<Termination>((resolve) => {
    leg.events.once('ended', resolve);
  });

async function untilIdle(engine: EmbeddedEngine, names = Object.keys(idle) as (keyof EngineGauges)[]): Promise<void> {
  const end = systemClock.now() + guardMs;
  const open = () => names.reduce((sum, name) => sum + engine.gauges()[name], 0);
  while (open() > 0 && systemClock.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

const idle = { calls: 0, dialogs: 0, transactions: 0, mediaPorts: 0, timers: 0, recordings: 0, conferences: 0 };

describe('the embedded engine and sipp', () => {
  it.each([
    ['udp', '127.0.0.1'],
    ['tcp', '127.0.0.1'],
    ['udp', '::1'],
  ] as const)(
    'takes 50 calls of its built-in caller over %s on %s, and holds nothing afterwards',
    async (transport, address) => {
      const { engine, port } = await engineUp(100, transport, address);
      const ends: Termination[] = [];
      let calls = 0;
      engine.events.on('incoming', (call) => {
        const leg = call.accept(`CA${++calls}`);
        leg.events.once('ended', (termination) => ends.push(termination));
        leg.ring();
        void leg.answer().then(() => leg.play(beep));
      });
      const sippPort = String(await freePort());
      const mode = transport === 'tcp' ? ['-t', 't1'] : [];
      const caller = await sipp(
        '-sn',
        'uac',
        address === '::1' ? `[::1]:${port}` : `${address}:${port}`,
        '-i',
        address,
        '-p',
        sippPort,
        '-m',
        '50',
        '-r',
        '50',
        '-d',
        '300',
        ...mode,
      );
      expect(await caller.complaint).toBe('');
      await untilIdle(engine);
      expect(ends).toHaveLength(50);
      expect(new Set(ends.map((end) => `${end.result} ${end.reason} ${end.by}`))).toEqual(
        new Set(['completed hangup remote']),
      );
      expect(engine.gauges()).toEqual(idle);
    },
  );

  it('calls its built-in callee 20 times and hangs up', async () => {
    // That callee fails a call whose INVITE is repeated once it has answered, as happens on a busy machine: so repeat late.
    const { engine } = await engineUp(4_000);
    const sippPort = await freePort();
    const callee = await sipp('-sn', 'uas', '-i', '127.0.0.1', '-p', String(sippPort), '-m', '20');
    const ends = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const leg = engine.dial({
          callId: `CA${index}`,
          target: { kind: 'sip', uri: `sip:service@127.0.0.1:${sippPort}` },
          from: '4401',
          ringTimeoutMs: guardMs,
        });
        const over = ended(leg);
        leg.events.once('answered', () => void leg.play(beep).then(() => leg.hangUp()));
        return over;
      }),
    );
    expect(await callee.complaint).toBe('');
    expect(new Set(ends.map((end) => `${end.result} ${end.reason} ${end.by}`))).toEqual(
      new Set(['completed hangup local']),
    );
    // What is left are transactions that absorb repetitions, for 32 s.
    await untilIdle(engine, ['calls', 'dialogs', 'mediaPorts', 'recordings']);
    expect(engine.gauges()).toMatchObject({ calls: 0, dialogs: 0, mediaPorts: 0, recordings: 0 });
  });
});
