import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { MemorySipDirectory } from '@hookswitch/media/drivers/embedded/memory-sip-directory';
import { createFreeSwitchEngine, type FreeSwitchSettings } from '@hookswitch/media/drivers/freeswitch/index';
import type { SipNetwork } from '@hookswitch/media/net/sip-network';
import { systemNetwork } from '@hookswitch/media/net/system-network';
import { tcpLine } from '@hookswitch/media/net/tcp-line';
import { udpMediaNetwork } from '@hookswitch/media/net/udp-media-socket';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import { freeUdpPorts } from '../../peers/free-udp-ports.js';
import { FreeSwitchDouble } from '../../peers/freeswitch-double/freeswitch-double.js';
import type { CalleeScript, EngineUnderTest, PlacedCall } from './call-world.js';
import { realTime, realTimeGuarded } from './real-time.js';
import type { SipFarEnd } from './sip-far-end.js';
import { SipPhone } from './sip-phone.js';

/** The FreeSWITCH driver on the protocol double. A command that no transcript knows fails the test when it closes. */
export async function freeSwitchDoubleUnderTest(): Promise<EngineUnderTest & { readonly double: FreeSwitchDouble }> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const double = await new FreeSwitchDouble().open();
  const directory = new MemorySipDirectory(systemClock);
  directory.addTrunk('TK-1', '127.0.0.1');
  const made = () =>
    mortalEngine({
      address: `127.0.0.1:${double.port}`,
      open: tcpLine('127.0.0.1', double.port),
      password: double.password,
      folder: { ours: folder, theirs: folder },
      nodeId: 'contract',
      directory,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      mediaLossMs: 1_500,
      snapshots: true,
    });
  let alive = made();
  const { engine } = alive;
  await engine.start();
  // In one process and without sound to work out: what has not come by then will not, and some sentences are expected to wait in vain.
  const time = realTimeGuarded(10_000);
  return {
    engine,
    double,
    world: {
      folder,
      farEndsRepeat: true,
      ...time,
      until: (what, holds) => time.until(what, () => failOn(double) || holds()),
      placeCall: async (call) => double.placeCall(call),
      replacesOf: () => {
        throw new Error('Phones of the double have no SIP dialogs.');
      },
      callee: async (script) => {
        const { address, calls } = double.phone(script);
        return { target: { kind: 'sip', uri: `sip:200@${address}` }, calls };
      },
      registered: async (endpointId, script) => {
        const { address, calls } = double.phone(script);
        const [host, port] = address.split(':');
        await directory.saveBinding(endpointId, bindingAt(endpointId, host!, Number(port)));
        return { target: { kind: 'endpoint', endpointId }, calls };
      },
      deadProxy: 'sip:127.0.0.1:9',
      overloadedProxy: async () => `sip:${double.phone({ refusesWith: 503 }).address}`,
    },
    successor: async ({ soundSurvives }) => {
      alive.kill();
      if (!soundSurvives) await double.restart();
      alive = made();
      return alive.engine;
    },
    close: async () => {
      await alive.engine.stop(0);
      await double.close();
      await rm(folder, { recursive: true, force: true });
      failOn(double);
    },
  };
}

function failOn({ failures }: FreeSwitchDouble): false {
  if (failures.length > 0) throw failures[0];
  return false;
}

/**
 * The FreeSWITCH driver on a real FreeSWITCH that has the configuration of `deploy/freeswitch`, with SIP phones on loopback. `esl` is `host:port:password`, `FREESWITCH_SIP` the address of
 * its SIP profile (default `127.0.0.1:5060`), `FREESWITCH_SOUNDS` a folder that both see (default: one of our own), `FREESWITCH_RESTART` a command that restarts it.
 */
export function realFreeSwitch(esl: string): () => Promise<EngineUnderTest> {
  const [host = '127.0.0.1', port = '8021', ...password] = esl.split(':');
  const [sipHost = '127.0.0.1', sipPort = '5060'] = (process.env.FREESWITCH_SIP ?? '').split(':').filter(Boolean);
  return async () => {
    const folder = await mkdtemp(join(process.env.FREESWITCH_SOUNDS ?? tmpdir(), 'contract-'));
    const directory = new MemorySipDirectory(systemClock);
    const made = (frontPort: number) =>
      mortalEngine({
        address: `${host}:${port}`,
        open: tcpLine(host, Number(port)),
        password: password.join(':'),
        folder: { ours: folder, theirs: folder },
        nodeId: `contract-${process.pid}`,
        directory,
        clock: systemClock,
        random: systemRandom,
        logger: silentLogger,
        mediaLossMs: 1_500,
        front: {
          network: systemNetwork,
          listen: [{ transport: 'udp', address: '127.0.0.1', port: frontPort }],
          backend: { host: sipHost, port: Number(sipPort) },
        },
        snapshots: true,
      });
    let alive = made(0);
    const { engine } = alive;
    const { sip } = await engine.start();
    const frontPort = Number(sip[0]!.split(':').at(-1));
    const phones: SipPhone[] = [];
    const phone = async (script: CalleeScript = {}) => {
      const at = { address: '127.0.0.1', port: 0, mediaPort: await freeUdpPorts(20), transport: 'udp' as const };
      const surroundings = { clock: systemClock, random: systemRandom, network: systemNetwork, media: udpMediaNetwork };
      const made = await new SipPhone({ ...surroundings, ...at }, script).open();
      phones.push(made);
      return made;
    };
    return {
      engine,
      world: {
        folder,
        farEndsRepeat: true,
        ...realTime,
        placeCall: async ({ from, to, as, headers = {}, replaces, ...how }) => {
          const { withoutCommonCodec, withoutOffer, requiresPrack } = how;
          const caller = await phone();
          if (as === 'trunk') directory.addTrunk('TK-1', '127.0.0.1');
          else directory.removeTrunk('127.0.0.1');
          const named = Object.entries(headers);
          if (requiresPrack) named.push(['Require', '100rel']);
          if (replaces) named.push(['Replaces', replacesValue(replaces)]);
          const offer = withoutOffer ? 'none' : withoutCommonCodec ? 'unknown-codec' : 'usual';
          return caller.call({ address: '127.0.0.1', port: frontPort }, { from, to, headers: named, offer });
        },
        replacesOf: ({ far }) => (far as SipFarEnd).replaces,
        callee: async (script) => {
          const callee = await phone(script);
          return { target: { kind: 'sip', uri: `sip:200@127.0.0.1:${callee.port}` }, calls: callee.calls };
        },
        registered: async (endpointId, script) => {
          const made = await phone(script);
          await directory.saveBinding(endpointId, bindingAt(endpointId, '127.0.0.1', made.port));
          return { target: { kind: 'endpoint', endpointId }, calls: made.calls };
        },
        deadProxy: 'sip:127.0.0.1:9',
        overloadedProxy: async () => `sip:127.0.0.1:${(await phone({ refusesWith: 503 })).port}`,
      },
      successor: async ({ soundSurvives }) => {
        alive.kill();
        if (!soundSurvives) await restartRealOne();
        alive = made(frontPort);
        return alive.engine;
      },
      close: async () => {
        await alive.engine.stop(0);
        for (const each of phones) await each.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}

/** Restarts FreeSWITCH by the command that FREESWITCH_RESTART names, which ends once it can be commanded again. */
async function restartRealOne(): Promise<void> {
  const command = process.env.FREESWITCH_RESTART;
  if (command === undefined) throw new Error('FREESWITCH_RESTART names no command that restarts FreeSWITCH.');
  await promisify(execFile)(command);
}

function replacesValue({ far, earlyOnly }: NonNullable<PlacedCall['replaces']>): string {
  return `${(far as SipFarEnd).replaces}${earlyOnly ? ';early-only' : ''}`;
}

/** An engine whose process can die without a word: its connections and sockets go with it. */
function mortalEngine(settings: FreeSwitchSettings): { readonly engine: CallEngine; kill(): void } {
  const open = new Set<() => void>();
  let dead = false;
  const { front } = settings;
  const network: SipNetwork = {
    dns: systemNetwork.dns,
    async listen(options, receiver) {
      const socket = await systemNetwork.listen(options, receiver);
      open.add(() => void socket.close());
      return socket;
    },
  };
  const engine = createFreeSwitchEngine({
    ...settings,
    open: (events) => {
      const line = settings.open(events);
      if (dead) line.close();
      open.add(() => line.close());
      return line;
    },
    ...(front ? { front: { ...front, network } } : {}),
  });
  return {
    engine,
    kill: () => {
      dead = true;
      for (const close of open) close();
    },
  };
}

function bindingAt(endpointId: string, host: string, port: number): Binding {
  return {
    contact: `sip:${endpointId}@${host}:${port}`,
    received: { address: host, port, transport: 'udp' },
    node: 'contract',
    callId: `${host}:${port}`,
    cseq: 1,
    expiresAt: systemClock.now() + 3_600_000,
  };
}
