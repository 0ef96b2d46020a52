import type { Logger } from '@hookswitch/kernel/logger';
import type { EndCode } from '../call-records/call-in-contact.js';
import { LostNodes, type LostNodesSettings } from '../calls/index.js';
import type { AgentEvents } from './agent-events.js';
import type { Contact } from './contact.js';
import type { ContactChange, ContactStore } from './contact-store.js';
import { contactEvent } from './contact-view.js';

interface ExpireLostContactsSettings extends LostNodesSettings {
  readonly contacts: ContactStore;
  /** Clients of the agents who were in such a contact are told that it is over. */
  readonly agentEvents: AgentEvents;
  readonly logger: Logger;
}

/** Ends the contacts whose owner died, as `ExpireLostCalls` does calls. Several processes may look at once: a contact ends once. */
export class ExpireLostContacts {
  readonly #settings: ExpireLostContactsSettings;
  readonly #lost: LostNodes;

  constructor(settings: ExpireLostContactsSettings) {
    this.#settings = settings;
    this.#lost = new LostNodes(settings);
  }

  /** One look. Resolves to the number of contacts ended. */
  async run(): Promise<number> {
    const { contacts, logger } = this.#settings;
    let ended = 0;
    for (const nodeId of await this.#lost.among(await contacts.nodesWithLiveContacts())) {
      for (const contact of await contacts.liveOnNode(nodeId)) {
        try {
          if (await endLostContact(contact, this.#settings)) ended++;
        } catch (error) {
          logger.error(
            { err: error, contactId: contact.id },
            'A contact whose owner died could not be ended; the next run tries again.',
          );
        }
      }
    }
    return ended;
  }
}

/** Ends a contact whose owner is gone, and tells the clients of its agents. Whether it was not over before. */
export async function endLostContact(
  contact: Contact,
  { contacts, agentEvents, clock }: Pick<ExpireLostContactsSettings, 'contacts' | 'agentEvents' | 'clock'>,
): Promise<boolean> {
  let ours = false;
  const end = (before: Contact) => {
    const change = lostChange(before, clock.now());
    ours = change !== undefined;
    return change;
  };
  await contacts.change(contact.id, end, contact);
  if (ours) tellAgents(contact, agentEvents);
  return ours;
}

/** Tells the clients of the agents in it that it is over for them: its owner could not, and to a client the talk would go on for ever. There is no after-call work. */
export function tellAgents({ id: sessionId, accountId, participants }: Contact, agentEvents: AgentEvents): void {
  for (const { agentId, endedAt } of participants) {
    if (agentId === undefined || endedAt !== undefined) continue;
    agentEvents.publish(accountId, agentId, { type: 'sessionEnded', sessionId, closeBy: 'timer' });
    agentEvents.publish(accountId, agentId, { type: 'sessionCompleted', sessionId });
  }
}

/** The write that ends a contact whose owner died; undefined where it is over. It went wrong, unless its talk had ended as it should. Pure. */
export function lostChange(contact: Contact, now: number): ContactChange | undefined {
  if (contact.status === 'finished') return undefined;
  const endCode: EndCode = contact.endedBy === undefined ? 'error' : 'ok';
  const participants = contact.participants.map((each) =>
    each.endedAt === undefined ? { ...each, endedAt: now, endCode: 'error' as const } : each,
  );
  const set = {
    status: 'finished',
    endedAt: now,
    endedBy: contact.endedBy ?? 'system',
    endCode,
    participants,
  } as const;
  return { set, events: [contactEvent('contact.completed', { ...contact, ...set })] };
}
