import { beforeAll } from 'vitest';
import type { Party } from '../../ear/parties.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { toneWav, type WorldOptions } from '../world.js';
import { type Centre, type CentreAgent, type ContactView, useCentre } from './centre.js';

/** A centre whose agents call out: no after-call work, and music for those on hold and those who wait. */
export function useOutbound(options: WorldOptions): { readonly centre: Centre; readonly calls: PlacedCalls } {
  const on = useCentre(options);
  beforeAll(async () => {
    const { api, firstAccount } = on.centre.world;
    await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition: 'premium' });
    const { id: music } = await api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav('music', 2));
    await api.patch('/v1/contact-centre', { afterCallWorkSeconds: 0, holdAudioId: music, waitingAudioId: music });
  });
  return {
    get centre() {
      return on.centre;
    },
    get calls() {
      return new PlacedCalls(on.centre);
    },
  };
}

/** Calls that agents place. */
export class PlacedCalls {
  readonly #centre: Centre;

  constructor(centre: Centre) {
    this.#centre = centre;
  }

  /** Places a call for the agent, in its own name. */
  place(agent: CentreAgent, to: string, more: object = {}) {
    return agent.api.post<ContactView & { uui: string | null; remark: string | null }>(`/v1/agents/${agent.id}/calls`, {
      to,
      ...more,
    });
  }

  /** An agent calls a new number at carrier A: the agent has answered its own phone, and the customer's rings. */
  async rings(agent: CentreAgent, more: object = {}) {
    const { world } = this.#centre;
    const to = world.newNumber('a');
    const contact = await this.place(agent, to, more);
    const own = await agent.answers();
    const customer = await world.carried('a', to);
    customer.ring();
    return { to, contact, contactId: contact.id, own, customer };
  }

  /** The same, and both hear each other; `tone` is the agent's. */
  async talks(agent: CentreAgent, more: object = {}, tone: Party = 'agent') {
    const call = await this.rings(agent, more);
    await call.customer.answer();
    await Promise.all([call.customer.media.hears(tone), call.own.media.hears('callee')]);
    return call;
  }
}

/** Which number a called phone is shown. */
export function shownTo(call: ToneCall): string {
  return headerOf(call.invitation, 'From') ?? '';
}
