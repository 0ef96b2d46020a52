import { type CommandChannel, type NodeLeases, NoMediaNodeError, OwnerUnreachableError } from '../calls/index.js';
import type { Contact, ContactStore } from '../contacts/index.js';
import type { PlaceContact } from './call-out-request.js';

/** The command that has a node with an engine place a call for an agent. */
export const placeContactCommand = 'contact.place.v1';

/** Places calls for agents, wherever there is an engine. */
export interface ContactPlacer {
  place(request: PlaceContact): Promise<Contact>;
}

interface RoutedContactPlacerSettings {
  readonly contacts: Pick<ContactStore, 'get'>;
  readonly commands: CommandChannel;
  readonly leases: Pick<NodeLeases, 'alive'>;
  /** This process's own, where it has an engine. */
  readonly local: ContactPlacer | undefined;
}

/** On this process where it has an engine, else on the node that carries least. */
export function routedContactPlacer({ contacts, commands, leases, local }: RoutedContactPlacerSettings): ContactPlacer {
  return {
    async place(request) {
      if (local) return local.place(request);
      const [node] = [...(await leases.alive())].sort((a, b) => a.counts.total - b.counts.total);
      if (!node) throw new NoMediaNodeError();
      try {
        return (await commands.send(node.nodeId, { type: placeContactCommand, request })) as Contact;
      } catch (error) {
        // The answer may be lost although the call was placed.
        const placed =
          error instanceof OwnerUnreachableError ? await contacts.get(request.accountId, request.contactId) : undefined;
        if (placed) return placed;
        throw error;
      }
    },
  };
}
