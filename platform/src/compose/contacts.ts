import { createCallbackRequest } from '@hookswitch/api/callback-requests/index';
import type { FamilyCalls } from '@hookswitch/api/calls/index';
import { type AgentEvents, type Contacts, createContacts } from '@hookswitch/api/contacts/index';
import type { NumberMapper } from '@hookswitch/api/number-protection/index';
import { inService } from '@hookswitch/api/numbers/index';
import { callsOut } from '@hookswitch/api/outbound-dialling/index';
import type { CallRecorder } from '@hookswitch/api/recordings/index';
import type { AudioResolver } from '@hookswitch/api/scripting/index';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

/** Tells agents' clients over their event streams. */
export function agentEventsOf({
  eventStreams,
  clock,
  logger,
}: Pick<Backing, 'eventStreams' | 'clock' | 'logger'>): AgentEvents {
  return {
    publish(accountId, of, { type, ...data }) {
      eventStreams.publish({ accountId, of }, { type, at: clock.now(), data }).catch((error: unknown) => {
        logger.warn({ err: error, accountId, agentId: of }, 'An agent could not be told of its call.');
      });
    },
  };
}

/** The contacts of a process that owns an engine. `calls` is asked only while calls are up. */
export function composeContacts(
  backing: Backing,
  features: Features,
  nodeId: string,
  shared: {
    readonly calls: () => FamilyCalls;
    readonly recorder: CallRecorder;
    readonly audio: AudioResolver;
    readonly numberMapper: NumberMapper;
  },
): Contacts {
  const { clock, newId, logger, liveCentre: live, outboundHttp: http, speech } = backing;
  const { contacts, numbers, people, centre } = features;
  return createContacts({
    nodeId,
    contacts,
    calls: {
      begin: (accountId, contactId, callerIds) => shared.calls().begin(accountId, contactId, callerIds),
      mayDial: (accountId, number) => shared.calls().mayDial(accountId, number),
      dial: (family, request) => shared.calls().dial(family, request),
      conclude: (callId, inContact) => shared.calls().conclude(callId, inContact),
      keep: (callId, visit) => shared.calls().keep(callId, visit),
      conference: (options) => shared.calls().conference(options),
      runScript: (callId, script, signal) => shared.calls().runScript(callId, script, signal),
      during: (work) => shared.calls().during(work),
    },
    live,
    agents: people.agentDirectory,
    skillGroups: centre.skillGroups,
    settingsOf: centre.centreSettingsOf,
    recorder: shared.recorder,
    audio: shared.audio,
    speech,
    http,
    agentEvents: agentEventsOf(backing),
    numberMapper: shared.numberMapper,
    async mobileCallerId(accountId) {
      const where = { forAgentMobiles: true };
      const first = await numbers.findOne(accountId, where);
      if (!first || inService(first)) return first?.number;
      return (await numbers.list(accountId, { where, limit: 100 })).items.find(inService)?.number;
    },
    callerNumber: async (accountId, numberIds) => {
      for (const id of numberIds) {
        const number = await numbers.get(accountId, id);
        if (number && callsOut(number)) return number.number;
      }
      return undefined;
    },
    requestCallback: async (request) =>
      (await createCallbackRequest({ callbackRequests: centre.callbackRequests, clock, newId }, request)).id,
    locationOf: backing.areaOf,
    clock,
    newId,
    logger,
  });
}
