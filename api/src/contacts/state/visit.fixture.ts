import type { Offer } from '../../acd/live-records.js';
import { answered, claimDecided, offered, wantAgent, welcomed } from './searching.js';
import type { Effect, Search, Visit } from './visit.js';
import { type Act, step } from './visit-draft.js';

/** The customer, alone with its script. */
export const fresh: Visit = {
  contact: {
    id: 'CN1',
    accountId: 'AC1',
    nodeId: 'node-1',
    direction: 'inbound',
    customer: '+8613800138000',
    line: '+861012345678',
    status: 'ivr',
    startedAt: 0,
    participants: [{ sequence: 0, type: 'customer', callId: 'CA1', startedAt: 0, heldMs: 0 }],
    keys: [],
    trail: [],
    recordingIds: [],
  },
  parties: [{ sequence: 0, role: 'customer', state: 'scripted', muted: false }],
  searches: [],
};

export const serve = search('QE1', 'serve');

export function search(id: string, purpose: Search['purpose'], more: Partial<Search> = {}): Search {
  const target = { kind: 'group', skillGroupId: 'SG1', preferredAgentIds: [] } as const;
  return { id, purpose, target, enqueuedAt: 0, priority: 0, ...more };
}

export function offer(id: string, agentId: string, entryId = 'QE1'): Offer {
  return {
    kind: 'offer',
    id,
    accountId: 'AC1',
    revision: 1,
    entryId,
    contactId: 'CN1',
    agentId,
    nodeId: 'node-1',
    skillGroupId: 'SG1',
    madeAt: 0,
    ringsUntil: 15_000,
    because: [{ code: 'longestIdle' }],
  };
}

/** A visit and all that was done in it, one act after another, a second apart. */
export class Play {
  visit: Visit;
  now = 0;
  readonly effects: Effect[] = [];

  constructor(visit: Visit = fresh) {
    this.visit = visit;
  }

  act(...acts: readonly Act[]): this {
    for (const act of acts) {
      this.now += 1000;
      const { visit, effects } = step(this.visit, this.now, act);
      this.visit = visit;
      this.effects.push(...effects);
    }
    return this;
  }

  /** What was done since the last look, in short words. */
  get did(): string[] {
    return this.effects.splice(0).map(inWords);
  }

  get status(): string {
    return this.visit.contact.status;
  }

  /** `role:state`, with what is held marked by its music. */
  get here(): string[] {
    return this.visit.parties.map(({ role, state, heldWith }) => `${role}:${state}${heldWith ? `~${heldWith}` : ''}`);
  }

  participant(sequence: number) {
    return this.visit.contact.participants.find((each) => each.sequence === sequence);
  }
}

/** An agent (participant 1) talks with the customer. */
export function talk(): Play {
  const play = new Play();
  play.act(
    wantAgent(serve),
    offered(offer('OF1', 'AG1')),
    answered(1, { type: 'staffExtensionSeat', callId: 'CA2' }),
    claimDecided(1, true),
    welcomed(1),
  );
  play.effects.length = 0;
  return play;
}

function inWords(effect: Effect): string {
  switch (effect.kind) {
    case 'enqueue':
      return `enqueue ${effect.search.id}`;
    case 'dequeue':
      return `dequeue ${effect.searchId}`;
    case 'ring':
    case 'welcome':
    case 'hangUp':
    case 'claim':
      return `${effect.kind} ${effect.sequence}`;
    case 'dial':
      return `dial ${effect.target.number}`;
    case 'giveUp':
      return `giveUp ${effect.offerId} ${effect.why}`;
    case 'release':
      return `release ${effect.agentId}`;
    case 'tell':
      return `tell ${effect.agentId} ${effect.tidings.event}${effect.tidings.event === 'sessionEnded' ? ` ${effect.tidings.closeBy}` : ''}`;
    case 'emit':
      return effect.type;
    case 'scriptGoesOn':
      return `script ${effect.result}`;
    default:
      return effect.kind;
  }
}
