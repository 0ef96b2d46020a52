import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callAgentFirst,
  customerDialled,
  customerNotReached,
  customerRings,
  engaged,
  placedVisit,
} from './calling-out.js';
import { endContact, hangUp, partyLeft } from './leaving.js';
import { answered, notCome } from './searching.js';
import { fresh } from './visit.fixture.js';
import type { Effect, Placed, Visit } from './visit.js';
import { type Act, step } from './visit-draft.js';

const line = '+861012345678';
const targets: Readonly<Record<string, Placed['to']>> = {
  customer: { kind: 'customer', callers: [{ number: line }, { number: '+861012345679' }] },
  agent: { kind: 'agent', agentId: 'AG2' },
  mobile: { kind: 'mobile', agentId: 'AG2', number: '+8613900139000' },
};
const endpoint = { kind: 'phone', endpointId: 'SE1', type: 'staffSeat' } as const;

/** A call that AG1 places, in a world that answers what is done in any order. AG1 counts as busy from the start. */
class RandomCall {
  visit: Visit;
  now = 0;
  readonly busy = new Set(['AG1']);
  readonly told: string[] = [];
  /** Colleagues who are being made busy. */
  engaging: { sequence: number; agentId: string }[] = [];
  /** Whose phones were called. */
  readonly rang = new Set<number>();
  finished = 0;

  constructor(to: Placed['to']) {
    const customer = { sequence: 0, type: 'customer', startedAt: 0, heldMs: 0 } as const;
    const contact = {
      ...fresh.contact,
      direction: to.kind === 'customer' ? ('outbound' as const) : ('internal' as const),
      status: 'ringing' as const,
      participants: to.kind === 'customer' ? [customer] : [],
    };
    this.visit = placedVisit(contact, { endpoint, automatic: false, to, mobileCallerId: line });
    this.act(callAgentFirst('AG1', 'staffSeat', 60_000));
  }

  act(act: Act): void {
    this.now += 10;
    const { visit, effects } = step(this.visit, this.now, act);
    this.visit = visit;
    for (const effect of effects) this.#see(effect);
    const { contact, parties } = visit;
    if (contact.status === 'finished') expect(parties).toEqual([]);
    expect(this.finished).toBe(contact.status === 'finished' ? 1 : 0);
    if (contact.status === 'inProgress') expect(contact.acceptedAt).toBeDefined();
  }

  take([what, whom]: readonly [number, number]): void {
    const party = this.visit.parties[whom % Math.max(1, this.visit.parties.length)];
    const sequence = party?.sequence ?? 0;
    const acts: readonly (() => void)[] = [
      () => this.rang.has(sequence) && this.act(answered(sequence, { type: 'staffSeat', callId: `CA${sequence}` })),
      () => this.decide(whom % 3 > 0),
      () => this.rang.has(0) && this.act(answered(0, { type: 'customer', callId: 'CA0' })),
      () => this.act(customerDialled('CA0')),
      () => this.act(customerRings(whom % 2 === 0)),
      () => this.act(notCome(sequence, (['missed', 'declined', 'unreachable', 'busy'] as const)[whom % 4]!)),
      () => this.act(customerNotReached('notAnswer', 'timer')),
      () => this.act(partyLeft(sequence)),
      () => this.act(hangUp(sequence, 'agent')),
      () => whom % 5 === 0 && this.act(endContact('admin')),
    ];
    acts[what % acts.length]!();
  }

  /** The store says whether the colleague could be made busy. */
  decide(won: boolean): void {
    const asked = this.engaging.shift();
    if (!asked) return;
    if (won) this.busy.add(asked.agentId);
    this.act(won ? engaged(asked.sequence, asked.agentId) : notCome(asked.sequence, 'busy'));
  }

  settle(): void {
    while (this.engaging.length > 0) this.decide(true);
    this.act(endContact('system'));
  }

  #see(effect: Effect): void {
    if (effect.kind === 'ring' || effect.kind === 'dial' || effect.kind === 'callCustomer')
      this.rang.add(effect.sequence);
    if (effect.kind === 'engage') this.engaging.push(effect);
    if (effect.kind === 'finished') this.finished += 1;
    if (effect.kind === 'tell') this.told.push(`${effect.agentId} ${effect.tidings.event}`);
    // Nobody is let go twice, or who was not held.
    if (effect.kind === 'release') expect(this.busy.delete(effect.agentId)).toBe(true);
  }
}

const choices = fc.array(fc.tuple(fc.nat(9), fc.nat(30)), { maxLength: 25 });

describe('calls out at random', () => {
  it.each(Object.keys(targets))('to a %s end once, and let everybody go once', (kind) => {
    fc.assert(
      fc.property(choices, (taken) => {
        const call = new RandomCall(targets[kind]!);
        for (const choice of taken) call.take(choice);
        call.settle();
        expect([call.visit.contact.status, [...call.busy]]).toEqual(['finished', []]);
        expect(call.visit.contact.endCode).toBeDefined();
        const own = call.told.filter((each) => each.startsWith('AG1 '));
        expect(own[0]).toBe('AG1 callOuted');
        expect(own.filter((each) => each === 'AG1 sessionEnded')).toHaveLength(1);
        expect(own.at(-1)).toBe('AG1 sessionEnded');
        expect(own.filter((each) => each === 'AG1 calloutAccepted')).toHaveLength(
          call.visit.contact.acceptedAt === undefined ? 0 : 1,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
