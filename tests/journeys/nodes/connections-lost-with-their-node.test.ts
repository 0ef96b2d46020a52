import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { selfMadeCertificate } from '../../peers/self-made-certificate.js';
import { webSocketWire } from '../../peers/tone-phone/phone-wire.js';
import { streamWire } from '../../peers/tone-phone/stream-wire.js';
import { SeveralNodes } from '../several-nodes.js';
import { heardWithoutGap, sinceNow } from '../without-gap.js';
import { dataServers, useWorld } from '../world.js';

const transports = ['tcp', 'tls', 'ws', 'wss'] as const;
type Transport = (typeof transports)[number];
const folder = mkdtempSync(join(tmpdir(), 'connections-'));
const { key, cert } = selfMadeCertificate();
const files = { SIP_TLS_KEY_FILE: join(folder, 'key.pem'), SIP_TLS_CERTIFICATE_FILE: join(folder, 'cert.pem') };
writeFileSync(files.SIP_TLS_KEY_FILE, key);
writeFileSync(files.SIP_TLS_CERTIFICATE_FILE, cert);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = {
  name: 'connections_lost',
  redisDatabase: 180,
  nodes: 1,
  ownSound: true,
  settings: files,
  sipListen: ['udp', ...transports].map((one) => `${one}:127.0.0.1:0`).join(','),
};
const nodes = new SeveralNodes(options);
const on = useWorld(options, () => nodes.start());
const node = 'media-1';
const redis = new Redis(dataServers(options).REDIS_URL!);
afterAll(() => redis.quit());

const openWire = (transport: Transport, server: { readonly host: string; readonly port: number }) =>
  transport === 'ws' || transport === 'wss'
    ? webSocketWire(`${transport}://${server.host}:${server.port}`)
    : streamWire(transport, server);

/** Resolves once a later process would find the call: some milliseconds after it was answered. */
function isWrittenDown(callId: string): Promise<true> {
  return on.world.eventually('the call to be written down', async () => {
    const kept = await redis.hkeys(`hookswitch:kept-calls:${node}`);
    return kept.some((field) => field.endsWith(callId)) || undefined;
  });
}

/** A phone of ours on a connection was called by somebody at a carrier, and talks. */
async function talking(transport: Transport, name: string) {
  const { world } = on;
  const username = `${name}-${transport}`;
  const { password } = await world.api.post<{ password: string }>('/v1/endpoints', { username });
  const server = nodes.node(node).sipOver(transport)!;
  const wire = await openWire(transport, server);
  const phone = await world.phone({ user: username, password, server, wire, party: 'callee' });
  expect((await phone.register()).status).toBe(200);
  const line = await world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: username }] }]);
  const caller = await world.call(line);
  const callee = await phone.nextCall();
  await callee.answer();
  await caller.answered();
  await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
  const callId = await world.callId(line.path);
  await isWrittenDown(callId);
  return { phone, wire, caller, callee, callId };
}

type Talk = Awaited<ReturnType<typeof talking>>;

/** Such a talk over each transport, whose node is killed and started again. */
async function through(name: string, goesOn: (talk: Talk) => Promise<void>): Promise<void> {
  const talks = await Promise.all(transports.map((transport) => talking(transport, name)));
  const marks = talks.map(({ caller, callee }) => [sinceNow(caller), sinceNow(callee)] as const);
  await nodes.kill(node);
  await nodes.startAgain(node);
  await Promise.all(talks.flatMap(({ caller, callee }) => [caller.media.listen(500), callee.media.listen(500)]));
  for (const [at, { caller, callee }] of talks.entries()) {
    heardWithoutGap(caller, marks[at]![0], 'callee');
    heardWithoutGap(callee, marks[at]![1], 'caller');
  }
  await Promise.all(
    talks.map((talk, at) =>
      goesOn(talk).catch((error: Error) => {
        throw new Error(`${transports[at]}: ${error.message}`);
      }),
    ),
  );
}

describe('phones on TCP, TLS, WS and WSS whose node is killed while they talk', () => {
  it('hear on, come back on another connection, and are told there that the other hung up', () =>
    through('told', async ({ phone, wire, caller, callee, callId }) => {
      await wire.reconnect();
      expect((await phone.register()).status).toBe(200);
      await caller.bye();
      await callee.ended;
      expect((await on.world.cdr(callId)).status).toBe('completed');
    }));

  it('hold and take back over another connection, and are told there of the end though they did not register again', () =>
    through('says', async ({ wire, caller, callee, callId }) => {
      await wire.reconnect();
      expect((await callee.hold()).status).toBe(200);
      expect((await callee.resume()).status).toBe(200);
      await caller.bye();
      await callee.ended;
      expect((await on.world.cdr(callId)).status).toBe('completed');
    }));

  it('hold nothing up where they never come back: their call ends when the other hangs up', () =>
    through('gone', async ({ caller, callId }) => {
      await caller.bye();
      expect((await on.world.cdr(callId)).termination).toMatchObject({ by: 'remote', reason: 'hangup' });
    }));

  it('leave nothing behind', () => nodes.is(node, ({ calls }) => calls === 0));
});
