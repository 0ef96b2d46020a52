import type { FamilyCalls } from '@hookswitch/api/calls/index';
import type { Contacts } from '@hookswitch/api/contacts/index';
import type { NumberMapper } from '@hookswitch/api/number-protection/index';
import {
  type CallOutDeps,
  type ContactPlacer,
  callerIdsFrom,
  placeContact,
} from '@hookswitch/api/outbound-dialling/index';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

/** Calls that agents place on a process that owns an engine. `calls` is asked only while calls are up. */
export function composeCallOut(
  backing: Backing,
  features: Features,
  nodeId: string,
  shared: {
    readonly contacts: Contacts;
    readonly calls: () => FamilyCalls;
    readonly numberMapper: NumberMapper;
  },
): ContactPlacer {
  const { clock, random, areaOf, calleeHistory, liveCentre: live } = backing;
  const deps: CallOutDeps = {
    nodeId,
    contacts: features.contacts,
    place: shared.contacts.place,
    calls: {
      begin: (accountId, contactId, callerIds) => shared.calls().begin(accountId, contactId, callerIds),
      mayDial: (accountId, number) => shared.calls().mayDial(accountId, number),
    },
    live,
    agents: features.people.agentDirectory,
    settingsOf: features.centre.centreSettingsOf,
    callerIds: callerIdsFrom(features.numbers, areaOf, clock, features.centre.cacheMs),
    areaOf,
    calleeHistory,
    numberMapper: shared.numberMapper,
    clock,
    random,
  };
  return { place: (request) => placeContact(request, deps) };
}
