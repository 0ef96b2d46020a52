import type { MediaRelay } from '@hookswitch/media/port/media-relay';
import {
  MediaRelayFullError,
  MediaRelayRefusedError,
  MediaRelaySessionError,
  MediaRelayUnavailableError,
  noRelayFigures,
  plainMedia,
} from '@hookswitch/media/port/media-relay';
import { afterEach, describe, expect, it } from 'vitest';
import type { Party } from '../ear/parties.js';
import { type Direction, readSdp, writeSdp } from '../peers/tone-phone/sdp-text.js';
import { ToneMedia } from '../peers/tone-phone/tone-media.js';
import { within } from '../peers/within.js';

export interface RelayUnderTest {
  readonly relay: MediaRelay;
  /** The relay as a later process has it, which knows no session yet. */
  another(): MediaRelay;
  /** Sessions that the thing behind the port really has. */
  carried(): Promise<number>;
  /** It dies without a word. */
  die(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Media relays: the same sentences for every driver, with real sound. `ports`: how many media ports it has at least. */
export function mediaRelayContract(name: string, make: (options: { ports: number }) => Promise<RelayUnderTest>) {
  describe(`media relay contract: ${name}`, () => {
    const closing: (() => Promise<void> | void)[] = [];
    let sessions = 0;
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
    });

    async function relayWith(ports = 200): Promise<RelayUnderTest> {
      const under = await make({ ports });
      closing.push(async () => {
        await under.relay.stop();
        await under.close();
      });
      await under.relay.start();
      return under;
    }

    async function end(party: Party): Promise<End> {
      const media = await ToneMedia.open(party);
      closing.push(() => media.close());
      let version = 0;
      return {
        media,
        sdp: (direction = 'sendrecv') =>
          writeSdp({
            host: '127.0.0.1',
            port: media.port,
            codecs: ['PCMA'],
            digits: true,
            direction,
            version: (version += 1),
          }),
        use: (sdp) => {
          const remote = readSdp(sdp);
          expect(remote, sdp).toBeDefined();
          expect(remote!.port).not.toBe(media.port);
          media.sendTo(remote);
        },
      };
    }

    const newId = () => `contract-${process.pid}-${(sessions += 1)}`;

    /** A session that was offered from outside and answered from inside. */
    async function established({ relay }: RelayUnderTest) {
      const [outside, inside, id] = [await end('caller'), await end('prompt'), newId()];
      inside.use(await relay.offer(id, { from: 'outside', sdp: outside.sdp() }));
      outside.use(await relay.answer(id, { from: 'inside', sdp: inside.sdp() }));
      return { id, outside, inside };
    }

    it('carries sound both ways after an offer from outside, and keys', async () => {
      const under = await relayWith();
      const { outside, inside } = await established(under);
      await Promise.all([outside.media.hears('prompt'), inside.media.hears('caller')]);
      await outside.media.sendDigits('4*');
      await inside.media.hearsDigits('4*');
    });

    it('says which relay carries a session, as it names it among all: nobody one that is unknown or deleted', async () => {
      const under = await relayWith();
      const { id } = await established(under);
      expect(under.relay.health().map(({ address }) => address)).toContain(under.relay.carrierOf(id));
      expect(under.another().carrierOf(id)).toBeUndefined();
      await under.relay.delete(id);
      expect(under.relay.carrierOf(id)).toBeUndefined();
    });

    it('that is drained takes no new session, keeps those it has, and takes sessions again', async () => {
      const { relay } = await relayWith();
      const { address } = relay.health()[0]!;
      const under = await established({ relay } as RelayUnderTest);
      expect([relay.drain('elsewhere:1', true), relay.drain(address, true)]).toEqual([false, true]);
      expect(relay.health()[0]).toMatchObject({ up: true, drained: true, sessions: 1 });
      const { sdp } = await end('callee');
      await expect(relay.offer(newId(), { from: 'outside', sdp: sdp() })).rejects.toThrow(MediaRelayUnavailableError);
      under.inside.use(await relay.offer(under.id, { from: 'outside', sdp: under.outside.sdp() }));
      under.outside.use(await relay.answer(under.id, { from: 'inside', sdp: under.inside.sdp() }));
      await Promise.all([under.outside.media.hears('prompt'), under.inside.media.hears('caller')]);
      relay.drain(address, false);
      expect(await relay.offer(newId(), { from: 'outside', sdp: sdp() })).toContain('v=0');
    });

    it('carries sound both ways after an offer from inside', async () => {
      const { relay } = await relayWith();
      const [outside, inside, id] = [await end('callee'), await end('prompt'), newId()];
      outside.use(await relay.offer(id, { from: 'inside', outside: plainMedia, sdp: inside.sdp() }));
      inside.use(await relay.answer(id, { from: 'outside', branch: 'a7', sdp: outside.sdp() }));
      await Promise.all([outside.media.hears('prompt'), inside.media.hears('callee')]);
    });

    it('keeps codecs, payload types and directions of a description as they are', async () => {
      const { relay } = await relayWith();
      const outside = await end('caller');
      const offered = readSdp(await relay.offer(newId(), { from: 'outside', sdp: outside.sdp('sendonly') }));
      expect(offered).toMatchObject({ formats: [8, 101], eventType: 101, direction: 'sendonly' });
    });

    it('passes a hold and a take-back within the session, on the same ports', async () => {
      const under = await relayWith();
      const { relay } = under;
      const { id, outside, inside } = await established(under);
      await inside.media.hears('caller');
      const before = await relay.offer(id, { from: 'outside', sdp: outside.sdp('sendonly') });
      expect(readSdp(before)).toMatchObject({ direction: 'sendonly' });
      expect(readSdp(await relay.answer(id, { from: 'inside', sdp: inside.sdp('recvonly') }))).toMatchObject({
        direction: 'recvonly',
      });
      const after = await relay.offer(id, { from: 'outside', sdp: outside.sdp() });
      expect(readSdp(after)?.port).toBe(readSdp(before)?.port);
      outside.use(await relay.answer(id, { from: 'inside', sdp: inside.sdp() }));
      await Promise.all([outside.media.hears('prompt'), inside.media.hears('caller')]);
      expect(await under.carried()).toBe(1);
    });

    it('follows a far end that moves to another address', async () => {
      const under = await relayWith();
      const { id, outside, inside } = await established(under);
      const moved = await end('callee');
      outside.media.sendTo(undefined);
      inside.use(await under.relay.offer(id, { from: 'outside', sdp: moved.sdp() }));
      moved.use(await under.relay.answer(id, { from: 'inside', sdp: inside.sdp() }));
      await Promise.all([moved.media.hears('prompt'), inside.media.hears('callee')]);
    });

    it('takes an offer from inside in a session that was offered from outside', async () => {
      const under = await relayWith();
      const { id, outside, inside } = await established(under);
      outside.use(await under.relay.offer(id, { from: 'inside', sdp: inside.sdp() }));
      inside.use(await under.relay.answer(id, { from: 'outside', sdp: outside.sdp() }));
      await Promise.all([outside.media.hears('prompt'), inside.media.hears('caller')]);
    });

    it('takes the answers of a forked call: the branch that answers last is heard', async () => {
      const { relay } = await relayWith();
      const [early, late, inside, id] = [await end('callee'), await end('agent'), await end('prompt'), newId()];
      const offered = await relay.offer(id, { from: 'inside', sdp: inside.sdp() });
      early.use(offered);
      inside.use(await relay.answer(id, { from: 'outside', branch: 'early', sdp: early.sdp() }));
      await Promise.all([early.media.hears('prompt'), inside.media.hears('callee')]);
      early.media.sendTo(undefined);
      late.use(offered);
      inside.use(await relay.answer(id, { from: 'outside', branch: 'late', sdp: late.sdp() }));
      await Promise.all([late.media.hears('prompt'), inside.media.hears('agent')]);
    });

    it('tells what each side sent, while it lasts and at its end', async () => {
      const under = await relayWith();
      const { id, inside } = await established(under);
      await inside.media.hears('caller');
      const { outside: sofar } = await under.relay.query(id);
      expect(sofar.packets).toBeGreaterThanOrEqual(15);
      const figures = await under.relay.delete(id);
      expect(figures.outside.packets).toBeGreaterThanOrEqual(sofar.packets);
      expect(figures.inside.packets).toBeGreaterThan(0);
    });

    it('leaves nothing behind after a delete, and a second one does nothing', async () => {
      const under = await relayWith();
      const { id } = await established(under);
      const open = newId();
      await under.relay.offer(open, { from: 'inside', sdp: (await end('music')).sdp() });
      expect([under.relay.sessions, await under.carried()]).toEqual([2, 2]);
      await Promise.all([under.relay.delete(id), under.relay.delete(open)]);
      expect([under.relay.sessions, await under.carried()]).toEqual([0, 0]);
      expect(await under.relay.delete(id)).toEqual(noRelayFigures);
      await expect(under.relay.query(id)).rejects.toThrow(MediaRelaySessionError);
      await expect(under.relay.answer(id, { from: 'inside', sdp: 'v=0' })).rejects.toThrow(MediaRelaySessionError);
    });

    it.each([
      ['nothing', ''],
      ['no description', 'hello'],
      ['no media address', 'v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nt=0 0\r\nm=audio x y z\r\n'],
    ])('refuses what is no description and keeps no session of it: %s', async (_, sdp) => {
      const under = await relayWith();
      await expect(under.relay.offer(newId(), { from: 'outside', sdp })).rejects.toThrow(MediaRelayRefusedError);
      expect([under.relay.sessions, await under.carried()]).toEqual([0, 0]);
    });

    it('says that it is full where its ports are used up, and takes the next once some are free', async () => {
      const under = await relayWith(12);
      const far = await end('caller');
      const began: string[] = [];
      const fill = async () => {
        for (;;) {
          const id = newId();
          await under.relay.offer(id, { from: 'outside', sdp: far.sdp() });
          began.push(id);
        }
      };
      await expect(fill()).rejects.toThrow(MediaRelayFullError);
      expect([began.length > 0, await under.carried()]).toEqual([true, began.length]);
      await under.relay.delete(began.pop()!);
      await under.relay.offer(newId(), { from: 'outside', sdp: far.sdp() });
    });

    it('is taken over by a later process: sound goes on, within the same session, until that deletes it', async () => {
      const under = await relayWith();
      const { id, outside, inside } = await established(under);
      await Promise.all([outside.media.hears('prompt'), inside.media.hears('caller')]);
      const snapshot = JSON.parse(JSON.stringify(under.relay.snapshot(id)));
      const gone = { ...snapshot, sessionId: newId() };
      const another = { ...snapshot, sessionId: newId(), driver: 'of somebody else' };

      const later = under.another();
      closing.push(() => later.stop());
      await later.start();
      await expect(later.query(id)).rejects.toThrow(MediaRelaySessionError);
      expect(await later.takeOver([gone, snapshot, another])).toEqual([id]);
      expect(later.sessions).toBe(1);

      const { outside: before } = await later.query(id);
      expect(before.packets).toBeGreaterThan(0);
      await Promise.all([outside.media.hears('prompt'), inside.media.hears('caller')]);
      const port = readSdp(await later.offer(id, { from: 'outside', sdp: outside.sdp('sendonly') }))?.port;
      await later.answer(id, { from: 'inside', sdp: inside.sdp('recvonly') });
      expect(readSdp(await later.offer(id, { from: 'outside', sdp: outside.sdp() }))?.port).toBe(port);
      outside.use(await later.answer(id, { from: 'inside', sdp: inside.sdp() }));
      await Promise.all([outside.media.hears('prompt'), inside.media.hears('caller')]);
      expect(await under.carried()).toBe(1);
      await later.delete(id);
      expect([later.sessions, later.snapshot(id), await under.carried()]).toEqual([0, undefined, 0]);
    });

    it('tells the later process that a session it took over is lost', async () => {
      const under = await relayWith();
      const { id } = await established(under);
      const snapshot = under.relay.snapshot(id)!;
      const later = under.another();
      closing.push(() => later.stop());
      await later.start();
      await later.takeOver([snapshot]);
      const told: [string, string][] = [];
      const lost = new Promise((resolve) => later.events.once('lost', resolve));
      later.events.on('lost', (session, why) => told.push([session, why]));
      await under.die();
      await within(lost, 'the loss to be told');
      expect([told, later.sessions]).toEqual([[[id, 'relay-gone']], 0]);
    });

    it('tells once that a session is lost where the relay dies, refuses new ones, and takes them again when it is back', async () => {
      const under = await relayWith();
      const { id } = await established(under);
      const told: [string, string][] = [];
      under.relay.events.on('lost', (session, why) => told.push([session, why]));
      const lost = new Promise((resolve) => under.relay.events.once('lost', resolve));
      await under.die();
      expect(await within(lost, 'the loss to be told')).toBe(id);
      const far = await end('callee');
      await expect(under.relay.offer(newId(), { from: 'outside', sdp: far.sdp() })).rejects.toThrow(
        MediaRelayUnavailableError,
      );
      expect(under.relay.health().map(({ up }) => up)).toEqual([false]);
      const again = new Promise<void>((resolve) => {
        under.relay.events.on('health', ({ up }) => up && resolve());
      });
      await under.comeBack();
      await within(again, 'the relay to be up again');
      await established(under);
      expect(told).toEqual([[id, 'relay-gone']]);
    });
  });
}

interface End {
  readonly media: ToneMedia;
  sdp(direction?: Direction): string;
  /** Sends where this description says, which must not be straight to itself. */
  use(sdp: string): void;
}
