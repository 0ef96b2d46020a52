import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { SeveralNodes } from '../several-nodes.js';
import { type CallView, type CdrView, type Line, ourNumber, useWorld } from '../world.js';

const options = { name: 'rolling', redisDatabase: 101, nodes: 2 } as const;
const cluster = new SeveralNodes(options);
const on = useWorld(options, () => cluster.start());

/** How long each call talks, milliseconds, and how often one begins. */
const talkMs = 1500;
const everyMs = 400;

/** Calls in both directions, one after another without a pause for anything, until told to stop. */
class Traffic {
  readonly failures: string[] = [];
  readonly placed: string[] = [];
  inbound = 0;
  readonly #line: Line;
  readonly #underWay = new Set<Promise<void>>();
  #going = true;

  constructor(line: Line) {
    this.#line = line;
  }

  async run(): Promise<void> {
    for (let count = 0; this.#going; count += 1) {
      const work = (count % 2 === 0 ? this.#out() : this.#in(count)).catch((error: Error) => {
        this.failures.push(error.message);
      });
      this.#underWay.add(work);
      void work.finally(() => this.#underWay.delete(work));
      await sleep(everyMs);
    }
    await Promise.all(this.#underWay);
  }

  stop(): void {
    this.#going = false;
  }

  /** Asked for by API. */
  async #out(): Promise<void> {
    const { world } = on;
    const to = world.newNumber('a');
    const coming = world.carried('a', to);
    coming.catch(() => {});
    const script = [{ verb: 'play', url: world.backend.url('/music.wav'), loop: 0 }];
    const { id } = await world.api.post<CallView>('/v1/calls', { to, from: ourNumber, script });
    this.placed.push(id);
    const phone = await coming;
    await phone.answer();
    await this.#talk(phone);
  }

  /** From a carrier that has both nodes' addresses and goes to the other where one refuses, as RFC 3263 has it. */
  async #in(count: number): Promise<void> {
    const order = count % 4 === 1 ? cluster.ids : [...cluster.ids].reverse();
    const said: string[] = [];
    for (const nodeId of order) {
      const phone = await TonePhone.open({ user: '+15550199', party: 'caller', server: cluster.sip(nodeId) });
      const call = await phone.dial(this.#line.number);
      const outcome = await Promise.race([
        call.answered().then(
          () => 'answered',
          (error: Error) => error.message,
        ),
        // Nobody is there while its process starts anew.
        sleep(2000).then(() => 'silent'),
      ]);
      if (outcome === 'answered') {
        this.inbound += 1;
        await this.#talk(call);
        return phone.close();
      }
      phone.close();
      said.push(`${nodeId}: ${outcome}`);
    }
    throw new Error(`nobody took a call that came in: ${said.join(', ')}`);
  }

  async #talk(call: ToneCall): Promise<void> {
    await call.media.hears('music');
    await Promise.race([
      sleep(talkMs),
      call.ended.then((end) => Promise.reject(new Error(`a call was cut: ${end.how}`))),
    ]);
    await call.bye();
  }
}

describe('two nodes that are restarted in turn while calls keep arriving', () => {
  it('fail no set-up and cut no call', { timeout: 240_000 }, async () => {
    const { world } = on;
    const traffic = new Traffic(await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]));
    const running = traffic.run();
    for (const nodeId of cluster.ids) {
      await cluster.is(nodeId, ({ calls }) => calls > 0);
      const before = (await cluster.list()).find(({ id }) => id === nodeId)!;
      expect((await cluster.drain(nodeId, { stop: true })).status).toBe(200);
      expect(await cluster.node(nodeId).ended).toBe(0);
      await cluster.startAgain(nodeId);
      await cluster.is(
        nodeId,
        ({ state, startedAt, calls }) => state === 'active' && startedAt > before.startedAt && calls > 0,
      );
    }
    traffic.stop();
    await running;
    expect(traffic.failures).toEqual([]);
    expect(traffic.placed.length).toBeGreaterThan(5);
    expect(traffic.inbound).toBeGreaterThan(5);
    const total = traffic.placed.length + traffic.inbound;
    const cdrs = await world.eventually('each call to have its CDR', async () => {
      const all = world.sink.events
        .filter(({ type }) => type === 'cdr.created')
        .map(({ data }) => data as unknown as CdrView);
      return all.length >= total ? all : undefined;
    });
    expect(new Set(cdrs.map(({ callId }) => callId)).size).toBe(cdrs.length);
    expect(cdrs.filter(({ status, termination }) => status !== 'completed' || termination.by !== 'remote')).toEqual([]);
    for (const nodeId of cluster.ids) await cluster.is(nodeId, ({ calls }) => calls === 0);
  });
});
