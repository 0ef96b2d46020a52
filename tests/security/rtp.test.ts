import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeG711 } from '../ear/g711.js';
import { partyTones } from '../ear/parties.js';
import { readSoundFile } from '../ear/read-sound-file.js';
import { toneSamples } from '../ear/tone.js';
import { whoIsHeard } from '../ear/who-is-heard.js';
import { useWorld } from '../journeys/world.js';
import { readSdp } from '../peers/tone-phone/sdp-text.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';

const on = useWorld({ name: 'rtp', redisDatabase: 94 });

/** Sends sound, keys and rubbish to every media port it is shown, from an address that no call has. */
class Sprayer {
  /** Datagrams that came back. */
  received = 0;
  readonly #socket;
  readonly #ports = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  private constructor(socket: ReturnType<typeof createSocket>) {
    this.#socket = socket;
    socket.on('message', () => (this.received += 1));
    socket.on('error', () => {});
  }

  static async at(host: string): Promise<Sprayer> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new Sprayer(socket);
  }

  aim(...ports: number[]): void {
    for (const port of ports) this.#ports.add(port);
    this.#timer ??= setInterval(() => this.#burst(), 10);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #burst(): void {
    const count = this.#count++;
    for (const port of this.#ports) {
      this.#send(port, rtp(0, count, 0x5eed, encodeG711(toneSamples(partyTones.supervisor, 160), 'PCMU')));
      this.#send(port, rtp(101, count, 0x5eed, Uint8Array.of(count % 16, 0x8a, 3, 0x20)));
      this.#send(port, rtp(0, count, count, new Uint8Array(count % 1400)));
      for (const bytes of malformed) this.#send(port, bytes);
      this.#send(port + 1, Uint8Array.of(0x80, 203, 0, 1, 0, 0, 0x5e, 0xed));
      this.#send(port + 1, Uint8Array.of(0x81, 200, 0xff, 0xff, 1, 2, 3, 4));
    }
  }

  #send(port: number, bytes: Uint8Array): void {
    this.#socket.send(bytes, port, '127.0.0.1', () => {});
  }
}

function rtp(type: number, sequence: number, ssrc: number, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + payload.length);
  bytes.writeUInt8(0x80, 0);
  bytes.writeUInt8(type, 1);
  bytes.writeUInt16BE(sequence & 0xffff, 2);
  bytes.writeUInt32BE((sequence * 160) >>> 0, 4);
  bytes.writeUInt32BE(ssrc >>> 0, 8);
  bytes.set(payload, 12);
  return bytes;
}

/** Cut short, with more contributors, extension or padding than there are bytes, other versions, nothing. */
const malformed = [
  new Uint8Array(0),
  Uint8Array.of(0x80),
  new Uint8Array(11).fill(0x80),
  Uint8Array.of(0x8f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
  Uint8Array.of(0x90, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0xff, 0xff),
  Uint8Array.of(0xa0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xff),
  Uint8Array.of(0x00, 1, 0, 0),
  Uint8Array.of(0x80, 201, 0, 0),
  new Uint8Array(1500).fill(0xff),
];

async function ourPort(call: ToneCall): Promise<number> {
  const description = call.direction === 'outbound' ? (await call.final).body : call.invitation.body;
  return readSdp(description)!.port;
}

async function channels(bytes: Buffer) {
  const folder = mkdtempSync(join(tmpdir(), 'hookswitch-ear-'));
  try {
    writeFileSync(join(folder, 'a.wav'), bytes);
    const { channels: all, rate } = await readSoundFile(join(folder, 'a.wav'));
    return all.map((samples) => whoIsHeard(samples, { rate, atLeastMs: 60 }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('sound from an address that no call has', () => {
  it('reaches neither party nor the recording, and nothing is sent there, before, during and after set-up (RTP bleed, RTP injection)', async () => {
    const sprayer = await Sprayer.at('127.5.0.1');
    const number = on.world.newNumber('a');
    const action = on.world.script([{ verb: 'hangup' }], 'after');
    const line = await on.world.line([
      { verb: 'dial', record: 'record-from-answer-dual', action, targets: [{ type: 'number', number }] },
    ]);
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    // The called party's port is known before it answers: the worst time.
    sprayer.aim(await ourPort(callee));
    callee.ring();
    sprayer.aim(await ourPort(caller));
    await callee.answer();
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    expect(await caller.media.listen(1500)).toEqual(['callee']);
    expect(await callee.media.listen(500)).toEqual(['caller']);
    expect([caller.media.ear.digits, callee.media.ear.digits]).toEqual(['', '']);
    await callee.bye();
    const { recordingId } = await on.world.result(action);
    await caller.ended;
    await on.world.event('recording.available', ({ data }) => JSON.stringify(data).includes(recordingId as string));
    const wav = await on.world.api.download(`/v1/recordings/${recordingId}/media?format=wav`);
    expect(await channels(wav)).toEqual([['caller'], ['callee']]);
    expect(sprayer.received).toBe(0);
    sprayer.stop();
  });

  it('presses no key', async () => {
    const sprayer = await Sprayer.at('127.5.0.2');
    const action = on.world.script([{ verb: 'hangup' }], 'keys');
    const line = await on.world.line([
      { verb: 'gather', numDigits: 2, timeout: 30, action, prompts: [{ verb: 'play', url: '/prompt.wav', loop: 0 }] },
    ]);
    const caller = await on.world.call(line);
    sprayer.aim(await ourPort(caller));
    await caller.media.hears('prompt');
    await caller.media.sendDigits('47');
    expect(await on.world.result(action)).toMatchObject({ digits: '47' });
    await caller.ended;
    expect(sprayer.received).toBe(0);
    sprayer.stop();
  });

  it('of a call that is over is not heard by the next one', async () => {
    const line = await on.world.line([
      { verb: 'answer' },
      { verb: 'record', maxLength: 2, action: on.world.script([{ verb: 'hangup' }], 'rec') },
    ]);
    const stale = await Sprayer.at('127.5.0.3');
    for (let n = 0; n < 4; n += 1) {
      const call = await on.world.call(line);
      await call.answered();
      stale.aim(await ourPort(call));
      await call.ended;
    }
    const { items } = await on.world.api.get<{ items: { id: string; status: string }[] }>('/v1/recordings');
    expect(items.length).toBeGreaterThanOrEqual(4);
    for (const { id } of items.slice(0, 4)) {
      await on.world.event('recording.available', ({ data }) => JSON.stringify(data).includes(id));
      for (const heard of await channels(await on.world.api.download(`/v1/recordings/${id}/media?format=wav`)))
        expect(heard).not.toContain('supervisor');
    }
    expect(stale.received).toBe(0);
    stale.stop();
  });
});
