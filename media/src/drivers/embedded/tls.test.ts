import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { TlsIdentity } from '../../net/sip-network.js';
import { systemNetwork } from '../../net/system-network.js';
import type { LiveCall } from '../../port/live-call.js';
import type { Termination } from '../../port/termination.js';
import { createEmbeddedEngine, type EmbeddedEngine } from './index.js';
import { createThreadedMediaPlane } from './media-plane/threaded-media-plane.js';
import { MemorySipDirectory } from './memory-sip-directory.js';

const folder = mkdtempSync(join(tmpdir(), 'engine-tls-'));
const engines: EmbeddedEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop(0)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A certificate for localhost, signed by itself. */
function identity(): TlsIdentity {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pem = readFileSync(cert, 'utf8');
  return { cert: pem, key: readFileSync(key, 'utf8'), ca: pem };
}

async function engineUp(tls: TlsIdentity): Promise<{ engine: EmbeddedEngine; port: number }> {
  const directory = new MemorySipDirectory(systemClock);
  directory.addTrunk('TK-1', '127.0.0.1');
  const engine = createEmbeddedEngine({
    listen: [{ transport: 'tls', address: '127.0.0.1', port: 0, tls }],
    localAddressTowards: () => '127.0.0.1',
    directory,
    nodeId: 'tls',
    network: systemNetwork,
    mediaPlane: createThreadedMediaPlane({ portLow: 28_000, portHigh: 28_999 }),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  engines.push(engine);
  const { sip } = await engine.start();
  return { engine, port: Number(sip[0]!.split(':').at(-1)) };
}

const ended = (leg: LiveCall) => new Promise<Termination>((resolve) => void leg.events.once('ended', resolve));

describe('calls over TLS', () => {
  it('go to a host by its name, and both sides can end them on the connection they came on', async () => {
    const tls = identity();
    const [here, there] = [await engineUp(tls), await engineUp(tls)];
    const taken = new Promise<LiveCall>((resolve) => {
      there.engine.events.on('incoming', (call) => {
        expect(call.facts.transport).toBe('tls');
        const leg = call.accept(`CA-there-${call.facts.sipCallId}`);
        void leg.answer();
        resolve(leg);
      });
    });
    const dial = () =>
      here.engine.dial({
        callId: 'CA-here',
        target: { kind: 'sip', uri: `sip:200@localhost:${there.port};transport=tls` },
        from: '100',
        ringTimeoutMs: 30_000,
      });
    const leg = dial();
    const mine = ended(leg);
    await new Promise((resolve) => void leg.events.once('answered', () => resolve(undefined)));
    expect(leg.facts.transport).toBe('tls');
    (await taken).hangUp();
    expect(await mine).toMatchObject({ result: 'completed', by: 'remote', reason: 'hangup' });
  });

  it('do not go to a server that cannot prove its name', async () => {
    const tls = identity();
    const there = await engineUp(tls);
    const { ca: _nobody, ...alone } = tls;
    const here = await engineUp(alone);
    const leg = here.engine.dial({
      callId: 'CA-here',
      target: { kind: 'sip', uri: `sip:200@localhost:${there.port};transport=tls` },
      from: '100',
      ringTimeoutMs: 30_000,
    });
    expect(await ended(leg)).toMatchObject({ result: 'failed', by: 'system', reason: 'network-error' });
  });
});
