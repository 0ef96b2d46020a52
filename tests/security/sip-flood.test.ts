import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { useWorld } from '../journeys/world.js';
import { metric, openInEngine } from './metrics.js';

const on = useWorld({ name: 'sip_flood', redisDatabase: 22 });

const sources = 100;
const tickMs = 10;
const perTick = 30;
const mostPackets = 60_000;

/** A hundred addresses that together send 3,000 bad requests a second: names nobody has, made-up credentials, calls to anywhere. */
class Flood {
  sent = 0;
  readonly #sockets: readonly Socket[];
  readonly #target: { readonly host: string; readonly port: number };
  readonly #timer: NodeJS.Timeout;

  private constructor(sockets: readonly Socket[], target: { readonly host: string; readonly port: number }) {
    this.#sockets = sockets;
    this.#target = target;
    this.#timer = setInterval(() => this.#burst(), tickMs);
  }

  static async at(target: { readonly host: string; readonly port: number }): Promise<Flood> {
    const sockets = [];
    for (let number = 0; number < sources; number += 1) {
      const socket = createSocket('udp4');
      socket.on('error', () => {});
      socket.bind(0, `127.0.${100 + (number >> 6)}.${1 + (number & 63)}`);
      await once(socket, 'listening');
      sockets.push(socket);
    }
    return new Flood(sockets, target);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
  }

  #burst(): void {
    if (this.sent >= mostPackets) return;
    for (let count = 0; count < perTick; count += 1) {
      this.sent += 1;
      const socket = this.#sockets[this.sent % sources]!;
      socket.send(badRequest(this.sent, socket.address()), this.#target.port, this.#target.host);
    }
  }
}

function badRequest(number: number, { address, port }: { address: string; port: number }): string {
  const method = ['REGISTER', 'INVITE', 'REGISTER', 'OPTIONS'][(number / sources) & 3]!;
  const user = `nobody${number}`;
  const madeUp = `Authorization: Digest username="${user}", realm="127.0.0.1", nonce="made-up", uri="sip:127.0.0.1", response="${'0'.repeat(32)}", algorithm=MD5, qop=auth, nc=00000001, cnonce="x"`;
  return [
    `${method} sip:+442079460000@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bKflood${number};rport`,
    'Max-Forwards: 70',
    `From: <sip:${user}@127.0.0.1>;tag=${number}`,
    `To: <sip:${user}@127.0.0.1>`,
    `Call-ID: flood-${number}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:${user}@${address}:${port}>`,
    ...(number % 2 === 0 ? [madeUp] : []),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

const open: Flood[] = [];
afterEach(() => {
  for (const flood of open.splice(0)) flood.stop();
});

/** Resolves when the flood has gone on for so many packets more. */
async function goesOn(flood: Flood, packets: number): Promise<void> {
  const until = flood.sent + packets;
  await on.world.eventually('the flood to go on', async () => (flood.sent >= until ? true : undefined));
}

describe('3,000 bad requests a second from 100 addresses', () => {
  it('starve neither a phone that registers, known or new, nor a new call, nor one that is up', async () => {
    const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username: 'steady' });
    const { password: secret } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username: 'moved' });
    const known = await on.world.phone({ user: 'steady', password, host: '127.3.0.1' });
    const moved = await on.world.phone({ user: 'moved', password: secret, host: '127.3.0.2' });
    expect((await known.register()).status).toBe(200);
    const line = await on.world.line([{ verb: 'answer' }, { verb: 'play', url: '/prompt.wav', loop: 0 }]);
    const up = await on.world.call(line);
    await up.answered();

    const flood = await Flood.at(on.world.sip);
    open.push(flood);
    await goesOn(flood, 3_000);
    for (let count = 0; count < 5; count += 1) expect((await known.register()).status).toBe(200);
    expect((await moved.register()).status).toBe(200);
    const call = await on.world.call(line);
    await call.answered();
    await call.media.hears('prompt');
    expect(await openInEngine(on.world.platform, 'transactions')).toBeLessThan(1_000);
    await goesOn(flood, 3_000);
    await up.media.hears('prompt');
    await call.bye();
    await up.bye();
    const refused = await metric(on.world.platform, 'hookswitch_sip_refused_total{reason="strangers-rate"}');
    expect(refused).toBeGreaterThan(1_000);
  });
});
