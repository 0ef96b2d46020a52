import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { createInProcessMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/in-process-media-plane';
import { PlaneKeeper } from '@hookswitch/media/drivers/embedded/media-plane/plane-keeper';
import { MemorySipDirectory } from '@hookswitch/media/drivers/embedded/memory-sip-directory';
import type { SipNetwork, SipReceiver, TlsIdentity } from '@hookswitch/media/net/sip-network';
import { systemNetwork } from '@hookswitch/media/net/system-network';
import { udpMediaNetwork } from '@hookswitch/media/net/udp-media-socket';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EngineProcess, engineProcess } from '../contracts/call-engine-worlds/engine-process.js';

let folder: string;
let closing: (() => Promise<void>)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-names-'));
  closing = [];
});
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  rmSync(folder, { recursive: true });
});

/** A certificate that has the name localhost and no address, signed by itself. */
function identity(): TlsIdentity {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pem = readFileSync(cert, 'utf8');
  return { cert: pem, key: readFileSync(key, 'utf8'), ca: pem };
}

/** Machines whose connections can be cut. */
class CutNetwork implements SipNetwork {
  readonly dns = systemNetwork.dns;
  readonly #open = new Map<string, () => void>();
  #onClosed = () => {};

  async listen(options: Parameters<SipNetwork['listen']>[0], receiver: SipReceiver) {
    const socket = await systemNetwork.listen(options, {
      ...receiver,
      packet: (bytes, flow) => {
        this.#open.set(flow.connectionId!, () => socket.closeConnection(flow.connectionId!));
        receiver.packet(bytes, flow);
      },
      connectionClosed: (id) => {
        receiver.connectionClosed(id);
        this.#open.delete(id);
        if (this.#open.size === 0) this.#onClosed();
      },
      sendFailed: (target) => receiver.sendFailed(target),
    });
    return socket;
  }

  /** Resolves once none is left. */
  cut(): Promise<void> {
    for (const close of this.#open.values()) close();
    return new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }
}

/** A node on 127.0.0.1, whose Contact is that address. */
async function node(tls: TlsIdentity) {
  const network = new CutNetwork();
  const directory = new MemorySipDirectory(systemClock);
  directory.addTrunk('TK-1', '127.0.0.1');
  const around = { clock: systemClock, random: systemRandom };
  const plane = createInProcessMediaPlane(
    { portLow: 10_000, portHigh: 19_980 },
    { ...around, network: udpMediaNetwork },
  );
  const keeper = new PlaneKeeper(plane, { clock: systemClock, logger: silentLogger, orphanMs: 30_000 });
  let alive: EngineProcess;
  let port = 0;
  const start = async () => {
    alive = await engineProcess({
      ...around,
      network,
      media: udpMediaNetwork,
      keeper,
      directory,
      engineAddress: '127.0.0.1',
      transport: 'tcp',
      port,
      more: { listen: [{ transport: 'tls', address: '127.0.0.1', port, tls }] },
    });
    return alive.engine;
  };
  const listening = async () => {
    const { sip } = await alive.engine.start();
    port = Number(sip[0]!.split(':').at(-1));
    return port;
  };
  await start();
  await listening();
  closing.push(async () => {
    await alive.engine.stop(0);
    await keeper.stop();
  });
  return {
    get engine() {
      return alive.engine;
    },
    get port() {
      return port;
    },
    network,
    async restart(leg: LiveCall): Promise<LiveCall> {
      const snapshot = JSON.parse(JSON.stringify(leg.snapshot()));
      alive.kill();
      const engine = await start();
      const [restored] = await engine.restore([snapshot]);
      await listening();
      return restored!.call;
    },
  };
}

const ended = (leg: LiveCall) => new Promise<Termination>((resolve) => void leg.events.once('ended', resolve));

/** A call of ours to a trunk that is reached by its name. */
async function talk() {
  const tls = identity();
  const [ours, trunk] = [await node(tls), await node(tls)];
  const taken = new Promise<LiveCall>((resolve) => {
    trunk.engine.events.on('incoming', (call) => {
      const leg = call.accept('CA-trunk');
      void leg.answer();
      resolve(leg);
    });
  });
  const uri = `sip:200@localhost:${trunk.port};transport=tls`;
  const leg = ours.engine.dial({ callId: 'CA-ours', target: { kind: 'sip', uri }, from: '100', ringTimeoutMs: 30_000 });
  await new Promise((resolve) => void leg.events.once('answered', () => resolve(undefined)));
  return { ours, leg, gone: ended(await taken) };
}

describe('a trunk on TLS whose Contact is an address while its certificate has a name (RFC 5922 4)', () => {
  it('is told BYE over a new connection, by the name it was reached by', async () => {
    const { ours, leg, gone } = await talk();
    await ours.network.cut();
    leg.hangUp();
    expect(await gone).toMatchObject({ result: 'completed', by: 'remote', reason: 'hangup' });
  });

  it('is told so by the next process, too', async () => {
    const { ours, leg, gone } = await talk();
    const restored = await ours.restart(leg);
    restored.hangUp();
    expect(await gone).toMatchObject({ result: 'completed', by: 'remote', reason: 'hangup' });
  });
});
