import { createAuthenticator } from '@hookswitch/api/accounts/index';
import { authenticateSessions, sessionLookup } from '@hookswitch/api/agent-login/index';
import { NodePlacement, routedCallControl } from '@hookswitch/api/calls/index';
import { RoutedConferenceControl } from '@hookswitch/api/conferences/index';
import type { Settings } from '@hookswitch/api/config/settings';
import { routedContactControl } from '@hookswitch/api/contacts/index';
import { AgentPresence } from '@hookswitch/api/event-streams/index';
import { createHttpApp } from '@hookswitch/api/http/create-http-app';
import { startHttpServer } from '@hookswitch/api/http/http-server';
import type { Probes } from '@hookswitch/api/http/probes';
import { type RequestValidators, requestValidators } from '@hookswitch/api/http/request-validator';
import { HttpNumberProvider } from '@hookswitch/api/number-applications/index';
import { operationHandlers } from '@hookswitch/api/operation-handlers';
import { routedContactPlacer } from '@hookswitch/api/outbound-dialling/index';
import { checkScript } from '@hookswitch/api/scripting/index';
import { edgeDeskBy } from '@hookswitch/api/sip-edge/index';
import { type ApiDocument, readDocument } from '@hookswitch/openapi/document';
import type { Registry } from 'prom-client';
import { accountDeps } from './account-deps.js';
import type { Backing } from './backing.js';
import type { CallRole } from './call-role.js';
import { clientHeartbeat } from './client-leases.js';
import type { Features } from './features.js';
import { composePeopleApi, type PeopleApi } from './people-api.js';

/** How long a request that runs may take to finish when the process stops. */
const httpDrainMs = 5000;

export interface HttpRole {
  readonly backing: Backing;
  readonly features: Features;
  readonly settings: Settings;
  readonly callRole: CallRole | undefined;
  readonly metrics: Registry;
  readonly watched: Pick<Probes, 'readiness' | 'warnings'>;
  readonly processId: string;
}

/**
 * Starts the `http` role: the API, for calls of this process and of others. Resolves to its URL.
 * `onStop` is given what to close, in the order in which it was opened.
 */
export async function startHttpRole(role: HttpRole, onStop: (close: () => unknown) => void): Promise<string> {
  const { backing, features, settings, processId } = role;
  const clients = clientHeartbeat(backing, processId);
  await clients.start();
  onStop(() => clients.stop());
  const stopping = new AbortController();
  const presence = new AgentPresence(backing.liveCentre, backing.clock, processId);
  const people = composePeopleApi(backing, features, settings);
  const document = readDocument();
  const validators = requestValidators(document);
  const app = composeHttpApp(role, document, validators, { presence, stopping: stopping.signal }, people.operations);
  const server = await startHttpServer(app, settings);
  onStop(() => features.auditLog.flush());
  onStop(() => people.notifier.close());
  onStop(() => server.stop(httpDrainMs));
  onStop(() => stopping.abort());
  return server.url;
}

/** How clients that follow events are known to be there, and told that the process stops. */
interface Clients {
  readonly presence: AgentPresence;
  readonly stopping: AbortSignal;
}

function composeHttpApp(
  { backing, features, settings, callRole, metrics, watched }: HttpRole,
  document: ApiDocument,
  validators: RequestValidators,
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
    document,
    validators,
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
