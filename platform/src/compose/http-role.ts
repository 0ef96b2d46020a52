import { type AccountDeps, createAuthenticator } from '@hookswitch/api/accounts/index';
import { authenticateSessions, sessionLookup } from '@hookswitch/api/agent-login/index';
import { NodePlacement, routedCallControl } from '@hookswitch/api/calls/index';
import { RoutedConferenceControl } from '@hookswitch/api/conferences/index';
import type { Settings } from '@hookswitch/api/config/settings';
import { routedContactControl } from '@hookswitch/api/contacts/index';
import type { AgentPresence } from '@hookswitch/api/event-streams/index';
import { createHttpApp } from '@hookswitch/api/http/create-http-app';
import { operationHandlers } from '@hookswitch/api/http/operations';
import type { Probes } from '@hookswitch/api/http/probes';
import { HttpNumberProvider } from '@hookswitch/api/number-applications/index';
import { routedContactPlacer } from '@hookswitch/api/outbound-dialling/index';
import { checkScript } from '@hookswitch/api/scripting/index';
import { edgeDeskBy } from '@hookswitch/api/sip-edge/index';
import { readDocument } from '@hookswitch/openapi/document';
import type { Registry } from 'prom-client';
import type { Backing } from './backing.js';
import type { CallRole } from './call-role.js';
import type { Features } from './features.js';
import type { PeopleApi } from './people-api.js';

/** What the use cases on accounts need; also for making the first one at start-up. */
export function accountDeps(backing: Backing, features: Features, settings: Settings): AccountDeps {
  const { clock, random, newId, secretBox } = backing;
  const { accounts, keys, applications, numbers, trunks, endpoints, audio, webhookEndpoints, people, centre } =
    features;
  const holdings = {
    applications,
    numbers,
    trunks,
    endpoints,
    audio,
    'webhook endpoints': webhookEndpoints,
    agents: people.agents,
    'skill groups': centre.skillGroups,
    flows: features.flows.flows,
    roles: people.roles,
  };
  return { accounts, keys, secretBox, clock, random, newId, settings, holdings };
}

/** How clients that follow events are known to be there, and told that the process stops. */
export interface Clients {
  readonly presence: AgentPresence;
  readonly stopping: AbortSignal;
}

/** The `http` role: the API, for calls of this process and of others. */
export function composeHttpApp(
  backing: Backing,
  features: Features,
  settings: Settings,
  callRole: CallRole | undefined,
  metrics: Registry,
  watched: Pick<Probes, 'readiness' | 'warnings'>,
  clients: Clients,
  people: PeopleApi['operations'],
) {
  const { clock, random, newId, logger, secretBox, stores, objects, leases, commands } = backing;
  const { accounts, keys, applications, numbers, trunks, endpoints, audio, calls, recordings, cdrs } = features;
  const placement = callRole?.calls.placement ?? new NodePlacement({ leases, clock });
  const common = { clock, random, newId, secretBox, settings };
  const { flowReferences } = features.flows.operations;
  const numberDeps = { ...common, ...features.centre, numbers, applications, trunks, flowReferences };
  const { authenticationCacheMs: cacheMs } = settings;
  return createHttpApp({
    settings,
    document: readDocument(),
    authenticator: authenticateSessions(createAuthenticator({ accounts, keys, clock, logger, cacheMs }), {
      ...features.people,
      accounts,
      clock,
      cacheMs,
    }),
    authenticationFailures: stores.authenticationFailures,
    idempotency: stores.idempotency,
    secretBox,
    clock,
    newId,
    logger,
    metrics,
    audit: features.auditLog,
    checkAnswers: false,
    ...watched,
    handlers: operationHandlers({
      accounts: accountDeps(backing, features, settings),
      applications: { ...common, applications, applicationUsers: { numbers, endpoints } },
      numbers: numberDeps,
      trunks: { ...common, trunks, numbers, endpoints, registrations: stores.trunkRegistrations },
      endpoints: { ...common, endpoints, applications, trunks, bindings: stores.bindings },
      audio: { ...common, audio, objects, decoder: backing.audioDecoder, audioUsers: features.flows.audioUsers },
      speech: { speech: backing.speech, clock },
      calls: {
        calls,
        control: callRole?.calls.control ?? routedCallControl({ store: calls, commands, placement }),
        timeline: stores.timeline,
        flows: features.flows.source,
        checkScript,
        newId,
      },
      cdrs: { cdrs },
      conferences: {
        conferences: features.conferences,
        conferenceControl: new RoutedConferenceControl({
          commands,
          local: callRole && { nodeId: callRole.nodeId, control: callRole.conferences.control },
        }),
      },
      contacts: {
        contacts: features.contacts,
        agents: features.people.agentDirectory,
        contactControl: routedContactControl({
          contacts: features.contacts,
          commands,
          local: callRole && { nodeId: callRole.nodeId, control: callRole.contacts.control },
        }),
        applications,
        digitTemplates: features.centre.digitTemplates,
        flows: features.flows.source,
        flowRecords: features.flows.flows,
        blacklist: { ...common, ...features.centre, numbers },
        settingsOf: features.centre.centreSettingsOf,
      },
      callOut: {
        contacts: features.contacts,
        agents: features.people.agents,
        placer: routedContactPlacer({ contacts: features.contacts, commands, placement, local: callRole?.callOut }),
        settingsOf: features.centre.centreSettingsOf,
        callbackRequests: features.centre.callbackRequests,
        clock,
        newId,
      },
      callbackRequests: { ...common, ...features.centre, agents: features.people.agents },
      contactCentre: { ...common, ...features.centre, audio, flows: features.flows.flows },
      numberGroups: { ...common, ...features.centre, numbers },
      numberApplications: {
        ...numberDeps,
        numberApplications: features.centre.numberApplications,
        numberProvider:
          settings.numberProviderUrl === undefined
            ? undefined
            : new HttpNumberProvider(backing.outboundHttp, settings.numberProviderUrl),
        logger,
      },
      eventStreams: {
        ...common,
        ...clients,
        streams: backing.eventStreams,
        agents: features.people.agents,
        isSessionLive: sessionLookup({ ...features.people, clock }),
      },
      internalMessages: {
        ...common,
        ...features.centre,
        agents: features.people.agents,
        objects,
        streams: backing.eventStreams,
      },
      wecomTasks: {
        ...common,
        ...features.centre,
        outboundHttp: backing.outboundHttp,
        contactOf: (accountId, contactId) => features.contacts.get(accountId, contactId),
      },
      blacklist: { ...common, ...features.centre, numbers },
      digitTemplates: { ...common, ...features.centre, audio },
      flows: features.flows.operations,
      ...people,
      queues: { views: features.acd.views, skillGroups: features.centre.skillGroups, clock },
      agentStatus: {
        ...features.acd,
        live: backing.liveCentre,
        agents: features.people.agents,
        settingsOf: features.centre.centreSettingsOf,
        clock,
      },
      nodes: { leases, commands },
      relays: { leases, commands, clock, relayDrains: features.relayDrains },
      sipBans: { ...common, sipBans: features.sipBans, trunks, edgeDesk: edgeDeskBy(commands) },
      audit: { audit: features.audit },
      recordings: { recordings, objects },
      webhooks: {
        ...common,
        endpoints: features.webhookEndpoints,
        deliveries: stores.deliveries,
        events: stores.events,
        wakeLater: features.hints.deliverWebhook,
      },
      usage: {
        usage: stores.usage,
        clock,
        concurrentCalls: async (accountId) =>
          (await leases.alive()).reduce((sum, { counts }) => sum + (counts.accounts[accountId] ?? 0), 0),
      },
    }),
  });
}
