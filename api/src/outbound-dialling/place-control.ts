import type { NodePlacement } from '../calls/index.js';
import type { Contact, ContactStore } from '../contacts/index.js';
import { type CommandChannel, OwnerUnreachableError } from '../nodes/index.js';
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
  readonly placement: NodePlacement;
  /** This process's own, where it has an engine. */
  readonly local: (ContactPlacer & { readonly nodeId: string }) | undefined;
}

/** Where new calls go (`NodePlacement`). */
export function routedContactPlacer({
  contacts,
  commands,
  placement,
  local,
}: RoutedContactPlacerSettings): ContactPlacer {
  return {
    place: (request) => placement.place((nodeId) => placeOn(nodeId, request)),
  };

  async function placeOn(nodeId: string, request: PlaceContact): Promise<Contact> {
    if (nodeId === local?.nodeId) return local.place(request);
    try {
      return (await commands.send(nodeId, { type: placeContactCommand, request })) as Contact;
    } catch (error) {
      // The answer may be lost although the call was placed.
      const placed =
        error instanceof OwnerUnreachableError ? await contacts.get(request.accountId, request.contactId) : undefined;
      if (placed) return placed;
      throw error;
    }
  }
}
