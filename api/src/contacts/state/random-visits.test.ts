import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksForRating, flowEndsAs, pressed, rated, voicemailBegins, voicemailEnded } from './in-flow.js';
import { endContact, hangUp, partyLeft, takenAway } from './leaving.js';
import {
  answered,
  claimDecided,
  notCome,
  offered,
  searchFailed,
  stopWaiting,
  turnedAway,
  wantAgent,
  wantLine,
  welcomed,
  withdrawn,
} from './searching.js';
import {
  backFromScript,
  completeConsult,
  consult,
  hold,
  invite,
  mergeConsult,
  mute,
  retrieve,
  returnFromConsult,
  sendToScript,
  supervise,
  takeOver,
  transfer,
} from './talking.js';
import { fresh, offer, search } from './visit.fixture.js';
import type { Effect, Search, Visit } from './visit.js';
import { type Act, step } from './visit-draft.js';

/** What the outside world and the agents may do next, with a number that picks whom or what. */
type Choice = readonly [what: number, whom: number];

const number = { kind: 'number', number: '+442071838750' } as const;

/** A world that answers the visit's effects in any order: claims are decided, prompts end, phones answer or do not. */
class RandomVisit {
  visit: Visit = fresh;
  now = 0;
  /** Claims and prompts under way. */
  claims: { sequence: number; searchId: string }[] = [];
  welcomes: number[] = [];
  /** Entries in the queue. */
  readonly entries = new Set<string>();
  /** Agents busy with the contact, by their participants: claimed and not let go. */
  readonly busy = new Map<number, string>();
  finished = 0;
  /** The customer's script wants to know what came of its wait. */
  scriptWaits = false;
  #ids = 0;

  act(act: Act): void {
    this.now += 10;
    const { visit, effects } = step(this.visit, this.now, act);
    this.visit = visit;
    for (const effect of effects) this.#see(effect);
    this.#check();
  }

  take([what, whom]: Choice): void {
    const party = this.#one(this.visit.parties, whom)?.sequence ?? 0;
    const agent = this.#one(
      this.visit.parties.filter(({ role, state }) => role === 'agent' && state === 'talking'),
      whom,
    );
    const ringing = this.#one(
      this.visit.parties.filter(({ state }) => state === 'ringing'),
      whom,
    );
    const wanted = this.#one(this.visit.searches, whom);
    const customerTalks = this.visit.parties.some(({ role, state }) => role === 'customer' && state === 'talking');
    const consulting = this.visit.parties.some(({ consultedBy }) => consultedBy !== undefined);
    const acts: (() => Act | undefined)[] = [
      () =>
        this.visit.parties[0]?.state === 'scripted' && !this.scriptWaits ? wantAgent(this.#search('serve')) : undefined,
      () =>
        this.visit.parties[0]?.state === 'scripted' && !this.scriptWaits && whom % 3 === 0
          ? wantLine({ ...this.#search('serve'), target: number })
          : undefined,
      () =>
        wanted && wanted.target.kind !== 'number'
          ? offered(offer(`OF${++this.#ids}`, `AG${this.#ids}`, wanted.id))
          : undefined,
      () => (ringing ? answered(ringing.sequence, { type: 'staffSeat', callId: 'CA9' }) : undefined),
      () => this.#decideClaim(whom),
      () => this.#finishWelcome(),
      () => partyLeft(party),
      () =>
        ringing
          ? notCome(ringing.sequence, (['missed', 'declined', 'unreachable', 'busy'] as const)[whom % 4]!)
          : undefined,
      () => {
        const { offerId } = this.visit.parties.find((each) => each.offerId) ?? {};
        return offerId === undefined ? undefined : withdrawn(offerId);
      },
      () => wanted && searchFailed(wanted.id, 'missed'),
      () => wanted && turnedAway(wanted.id, 'noSeatOnline'),
      () => (wanted?.purpose === 'serve' ? stopWaiting(wanted.id, 'left') : undefined),
      () => (agent ? hold(agent.sequence, party) : undefined),
      () => (agent ? retrieve(agent.sequence, party) : undefined),
      () => (agent ? mute(agent.sequence, whom % 2 === 0) : undefined),
      () =>
        agent && customerTalks && !consulting ? transfer(this.#search('transfer', agent.sequence, whom)) : undefined,
      () =>
        agent && customerTalks && !consulting ? consult(this.#search('consult', agent.sequence, whom)) : undefined,
      () => (agent ? completeConsult(agent.sequence) : undefined),
      () => (agent ? returnFromConsult(agent.sequence) : undefined),
      () => (agent ? mergeConsult(agent.sequence) : undefined),
      () => (agent ? invite(this.#search('invite', agent.sequence, whom)) : undefined),
      () => (agent ? supervise('AGboss', { mode: 'listen' }) : undefined),
      () => {
        const boss = this.visit.parties.find(({ role, state }) => role === 'supervisor' && state === 'talking');
        return boss && agent ? takeOver(boss.sequence, agent.sequence) : undefined;
      },
      () => (agent ? sendToScript(agent.sequence) : undefined),
      () => backFromScript(undefined),
      () => (agent ? hangUp(agent.sequence, 'agent') : undefined),
      () => this.#flow(whom),
      () => (whom % 5 === 0 ? takenAway() : undefined),
      () => (whom % 7 === 0 ? endContact('admin') : undefined),
    ];
    // Mostly on towards a talk, so that there is something to happen to.
    const from = what % 8 === 0 ? acts : what % 2 === 0 ? acts.slice(0, 5) : acts.slice(11, 24);
    for (let tried = 0; tried < from.length; tried++) {
      const act = from[(whom + tried) % from.length]!();
      if (act) {
        this.act(act);
        return;
      }
    }
  }

  /** What the customer's flow says of it. */
  #flow(whom: number): Act | undefined {
    const { parties } = this.visit;
    const state = parties.find(({ role }) => role === 'customer')?.state;
    if (state !== 'scripted' && state !== 'away') return undefined;
    const acts = [
      pressed([{ key: '1', label: 'Sales' }]),
      flowEndsAs('notWorkTime'),
      asksForRating(),
      rated('1', 'Good'),
      voicemailBegins(`RE${++this.#ids}`, 'SG1'),
      voicemailEnded(`RE${this.#ids}`, whom % 2),
    ];
    return acts[whom % acts.length];
  }

  /** Everybody hangs up and every answer that is under way comes. */
  settle(): void {
    for (let turn = 0; turn < 100 && (this.visit.parties.length > 0 || this.claims.length > 0); turn++) {
      while (this.claims.length > 0) this.act(this.#decideClaim(turn)!);
      while (this.welcomes.length > 0) this.act(this.#finishWelcome()!);
      const last = this.visit.parties.at(-1);
      if (last) this.act(partyLeft(last.sequence));
    }
  }

  #decideClaim(chance: number): Act | undefined {
    const claim = this.claims.shift();
    if (!claim) return undefined;
    // The store: one wins an entry that is still in the queue.
    const won = this.entries.has(claim.searchId) && chance % 4 !== 0;
    if (won) {
      this.entries.delete(claim.searchId);
      const agentId = this.visit.contact.participants.find(({ sequence }) => sequence === claim.sequence)?.agentId;
      this.busy.set(claim.sequence, agentId ?? '?');
    }
    return claimDecided(claim.sequence, won, claim.searchId);
  }

  #finishWelcome(): Act | undefined {
    const sequence = this.welcomes.shift();
    return sequence === undefined ? undefined : welcomed(sequence);
  }

  #search(purpose: Search['purpose'], by?: number, whom = 1): Search {
    const id = `QE${++this.#ids}`;
    const outside = purpose !== 'serve' && whom % 3 === 0 ? { target: number } : {};
    return search(id, purpose, { fallbackId: `${id}F`, ...(by === undefined ? {} : { by }), ...outside });
  }

  #one<T>(from: readonly T[], at: number): T | undefined {
    return from[at % Math.max(1, from.length)];
  }

  #see(effect: Effect): void {
    if (effect.kind === 'finished') this.finished += 1;
    if (effect.kind === 'enqueue' && effect.search.by === undefined) this.scriptWaits = true;
    if (effect.kind === 'dial' && this.#serves(effect.sequence)) this.scriptWaits = true;
    if (effect.kind === 'scriptGoesOn') this.scriptWaits = false;
    if (effect.kind === 'enqueue') this.entries.add(effect.search.id);
    if (effect.kind === 'dequeue') this.entries.delete(effect.searchId);
    if (effect.kind === 'claim') this.claims.push(effect);
    if (effect.kind === 'welcome') this.welcomes.push(effect.sequence);
    if (effect.kind === 'release') this.busy.delete(effect.sequence);
  }

  #serves(sequence: number): boolean {
    const { searchId } = this.visit.parties.find((party) => party.sequence === sequence) ?? {};
    return this.visit.searches.some(({ id, purpose }) => id === searchId && purpose === 'serve');
  }

  /** Throws with a sentence where something is wrong. Plain comparisons: it runs after every act. */
  #check(): void {
    const { contact, parties, searches } = this.visit;
    const over = contact.status === 'finished';
    const must = (holds: boolean, sentence: string) => {
      if (!holds) throw new Error(sentence);
    };
    must(!over || (parties.length === 0 && searches.length === 0), 'somebody is left in a contact that is over');
    must(this.finished === (over ? 1 : 0), `it ended ${this.finished} times`);
    const queued = searches.filter(({ target }) => target.kind !== 'number').map(({ id }) => id);
    for (const id of queued) {
      must(this.entries.has(id) || this.claims.some(({ searchId }) => searchId === id), `${id} is in no queue`);
    }
    for (const id of this.entries) must(queued.includes(id), `${id} is in the queue for nobody`);
    const customer = parties.find(({ role }) => role === 'customer');
    const talkers = parties.filter(
      ({ role, state }) => (role === 'agent' || role === 'external') && state === 'talking',
    );
    const hope = searches.length > 0 || parties.some(({ state }) => state === 'joining' || state === 'claiming');
    if (customer?.state === 'scripted') {
      must(talkers.length === 0, 'an agent talks to nobody');
      must(!this.scriptWaits || hope, 'the script waits for ever');
    } else if (customer) must(talkers.length > 0 || hope, 'the customer is stuck');
    else must(over || talkers.length >= 2, 'somebody talks to nobody');
    for (const { sequence } of parties) {
      const participant = contact.participants.find((each) => each.sequence === sequence);
      must(participant !== undefined && participant.endedAt === undefined, `${sequence} is there and has left`);
    }
  }
}

/** An agent invites a group and leaves; the invitation fails while others of the group ring. */
const invitedInVain: Choice[] = [
  [152, 0],
  [612, 0],
  [84, 202],
  [420, 437],
  [0, 0],
  [71, 424],
  [32, 0],
  [182, 832],
  ...Array.from({ length: 8 }, (): Choice => [0, 0]),
  [0, 517],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 84],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 359],
  [0, 0],
  [0, 0],
];

describe('whatever happens in a contact', () => {
  it('it ends once, nobody is stuck, no agent stays busy, and the queue holds what is looked for', () => {
    const choices = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 20, maxLength: 80 });
    fc.assert(
      fc.property(fc.noBias(choices), (taken) => {
        const random = new RandomVisit();
        for (const choice of taken) random.take(choice);
        random.settle();
        expect(random.visit.contact).toMatchObject({ status: 'finished', endCode: expect.any(String) });
        expect([random.busy.size, random.entries.size]).toEqual([0, 0]);
        expect(random.visit.flow?.asksForRating ?? false).toBe(false);
        expect(random.visit.flow?.voicemail).toBeUndefined();
      }),
      { numRuns: 2000, examples: [[invitedInVain]] },
    );
  });
});
