import { setTimeout as sleep } from 'node:timers/promises';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { type CallView, type Line, ourNumber, type World } from '../world.js';

/** How long each call talks, milliseconds, and how often one begins. */
const talkMs = 1500;
const everyMs = 400;

/** Calls in both directions, one after another without a pause for anything, until told to stop. */
export class Traffic {
  readonly failures: string[] = [];
  readonly placed: string[] = [];
  inbound = 0;
  readonly #world: World;
  readonly #line: Line;
  readonly #targets: () => readonly { readonly host: string; readonly port: number }[];
  readonly #underWay = new Set<Promise<void>>();
  #going = true;

  /** @param targets where a caller goes, and where next when the first refuses or is silent, as RFC 3263 has it */
  constructor(world: World, line: Line, targets: () => readonly { readonly host: string; readonly port: number }[]) {
    this.#world = world;
    this.#line = line;
    this.#targets = targets;
  }

  async run(): Promise<void> {
    for (let count = 0; this.#going; count += 1) {
      const work = (count % 2 === 0 ? this.#out() : this.#in()).catch((error: Error) => {
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
    const world = this.#world;
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

  /** From a carrier. */
  async #in(): Promise<void> {
    const said: string[] = [];
    const targets = this.#targets();
    for (const server of targets) {
      const phone = await TonePhone.open({ user: '+15550199', party: 'caller', server });
      const call = await phone.dial(this.#line.number);
      const outcome = await Promise.race([
        call.answered().then(
          () => 'answered',
          (error: Error) => error.message,
        ),
        // Nobody is there while its process starts anew.
        ...(server === targets.at(-1) ? [] : [sleep(2000).then(() => 'silent')]),
      ]);
      if (outcome === 'answered') {
        this.inbound += 1;
        await this.#talk(call);
        return phone.close();
      }
      phone.close();
      said.push(`${server.port}: ${outcome}`);
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
