import { accountOperations } from '@hookswitch/api/accounts/index';
import { MemoryLiveCentreStore } from '@hookswitch/api/acd/index';
import { audioCollection, audioOperations, FfmpegAudioDecoder } from '@hookswitch/api/audio/index';
import { auditCollection, auditOperations } from '@hookswitch/api/audit/index';
import { MemoryCallStore, MemoryTimelineStore } from '@hookswitch/api/call-records/index';
import {
  callbackRequestCollection,
  callbackRequestOperations,
  createCallbackRequest,
} from '@hookswitch/api/callback-requests/index';
import { callOperations, NodePlacement, routedCallControl } from '@hookswitch/api/calls/index';
import { cdrCollection, cdrOperations, keepCdrs } from '@hookswitch/api/cdrs/index';
import { conferenceCollection, conferenceOperations, RoutedConferenceControl } from '@hookswitch/api/conferences/index';
import {
  centreSettingsCollection,
  contactCentreOperations,
  defaultCentreSettings,
} from '@hookswitch/api/contact-centre/index';
import { contactOperations, MemoryContactStore, routedContactControl } from '@hookswitch/api/contacts/index';
import { digitTemplateCollection, digitTemplateOperations } from '@hookswitch/api/digit-templates/index';
import { AgentPresence, eventStreamOperations, MemoryEventStreams } from '@hookswitch/api/event-streams/index';
import { eventOperations, MemoryEventStore } from '@hookswitch/api/events/index';
import { StoredFlowSource } from '@hookswitch/api/flows/index';
import { internalMessageCollection, internalMessageOperations } from '@hookswitch/api/internal-messages/index';
import {
  type MediaNodeReport,
  MemoryCommandChannel,
  MemoryNodeLeases,
  nodeOperations,
} from '@hookswitch/api/nodes/index';
import { numberApplicationCollection, numberApplicationOperations } from '@hookswitch/api/number-applications/index';
import { MemoryObjectStore } from '@hookswitch/api/objects/index';
import type { OperationHandlers } from '@hookswitch/api/operation/handler';
import { callOutOperations, routedContactPlacer } from '@hookswitch/api/outbound-dialling/index';
import { ScriptedOutboundHttp } from '@hookswitch/api/outbound-http/scripted-outbound-http';
import { recordingCollection, recordingOperations } from '@hookswitch/api/recordings/index';
import { relayDrainCollection, relayIdOf, relayOperations } from '@hookswitch/api/relays/index';
import { checkScript } from '@hookswitch/api/scripting/index';
import { sipBanCollection, sipBanOperations } from '@hookswitch/api/sip-edge/index';
import { createMemorySpeech, speechOperations } from '@hookswitch/api/speech/index';
import { MemoryTenantCollection } from '@hookswitch/api/store/memory-tenant-collection';
import type { TestApiCore, TestTenant } from '@hookswitch/api/test-api/create-test-api.fixture';
import { testAgentStatus } from '@hookswitch/api/test-api/test-agent-status.fixture';
import { testFlows } from '@hookswitch/api/test-api/test-flows.fixture';
import { testPeople } from '@hookswitch/api/test-api/test-people.fixture';
import { testResources } from '@hookswitch/api/test-api/test-resources.fixture';
import { MemoryUsageCounter, usageOperations } from '@hookswitch/api/usage/index';
import {
  MemoryDeliveryStore,
  storedEvent,
  webhookEndpointCollection,
  webhookOperations,
} from '@hookswitch/api/webhooks/index';

import { wecomTaskCollection, wecomTaskOperations } from '@hookswitch/api/wecom-tasks/index';

/** Every feature of the API in memory, without an engine: whose something is shows before anything is asked of one. */
export class WholeApi {
  readonly #core: TestApiCore;
  readonly #calls: MemoryCallStore;
  readonly #callbackRequests = new MemoryTenantCollection(callbackRequestCollection);
  readonly #contacts: MemoryContactStore;
  readonly #cdrs = new MemoryTenantCollection(cdrCollection);
  readonly #audit = new MemoryTenantCollection(auditCollection);
  readonly #conferences = new MemoryTenantCollection(conferenceCollection);
  readonly #recordings = new MemoryTenantCollection(recordingCollection);
  readonly #leases: MemoryNodeLeases;
  readonly #objects = new MemoryObjectStore();
  readonly #messages = new MemoryTenantCollection(internalMessageCollection);
  readonly #events = new MemoryEventStore();
  readonly operations: OperationHandlers;

  constructor(core: TestApiCore) {
    this.#core = core;
    this.#calls = new MemoryCallStore(core);
    this.#contacts = new MemoryContactStore(core);
    const { clock } = core;
    const webhookDeps = {
      ...core,
      endpoints: new MemoryTenantCollection(webhookEndpointCollection),
      deliveries: new MemoryDeliveryStore(),
      events: this.#events,
      wakeLater: () => {},
    };
    const placement = new NodePlacement({ leases: new MemoryNodeLeases(clock), clock });
    this.#leases = new MemoryNodeLeases(clock);
    const control = routedCallControl({
      store: this.#calls,
      commands: new MemoryCommandChannel({ clock }),
      placement,
    });
    const timeline = new MemoryTimelineStore();
    const decoder = new FfmpegAudioDecoder({ program: '/nowhere/ffmpeg', maxSeconds: 10 });
    const audio = new MemoryTenantCollection(audioCollection);
    const resources = testResources(core);
    const people = testPeople(core, resources);
    const flows = new StoredFlowSource(resources, clock);
    const callbackRequests = this.#callbackRequests;
    this.operations = {
      ...accountOperations(core.accountDeps),
      ...resources.operations,
      ...people.operations,
      ...audioOperations({ ...core, audio, objects: this.#objects, decoder, audioUsers: async () => [] }),
      ...speechOperations({ speech: createMemorySpeech(), clock }),
      ...numberApplicationOperations({
        ...core,
        ...resources,
        numberApplications: new MemoryTenantCollection(numberApplicationCollection),
        numberProvider: undefined,
      }),
      ...eventStreamOperations({
        ...core,
        agents: people.agents,
        streams: new MemoryEventStreams(),
        isSessionLive: async () => true,
        presence: new AgentPresence(new MemoryLiveCentreStore(), clock, 'node-1'),
        stopping: AbortSignal.abort(),
      }),
      ...internalMessageOperations({
        ...core,
        internalMessages: this.#messages,
        agents: people.agents,
        objects: this.#objects,
        streams: new MemoryEventStreams(),
      }),
      ...wecomTaskOperations({
        ...core,
        wecomTasks: new MemoryTenantCollection(wecomTaskCollection),
        centreSettingsOf: async (accountId) => ({
          accountId,
          ...defaultCentreSettings,
          wecomTaskUrl: 'https://crm.example/wecom',
        }),
        contactOf: async () => undefined,
        outboundHttp: new ScriptedOutboundHttp(),
      }),
      ...digitTemplateOperations({
        ...core,
        digitTemplates: new MemoryTenantCollection(digitTemplateCollection),
        audio,
      }),
      ...testFlows(core, { ...resources, audio, agents: people.agents }).operations,
      ...testAgentStatus({ clock, agents: people.agents, skillGroups: resources.skillGroups }).operations,
      ...contactCentreOperations({
        ...core,
        centreSettings: new MemoryTenantCollection(centreSettingsCollection),
        audio,
        flows: resources.flows,
      }),
      ...callOperations({ ...core, calls: this.#calls, control, timeline, checkScript, flows }),
      ...contactOperations({
        contacts: this.#contacts,
        contactControl: routedContactControl({
          contacts: this.#contacts,
          commands: new MemoryCommandChannel({ clock }),
        }),
        agents: people.agents,
        applications: resources.applications,
        flows,
        flowRecords: resources.flows,
        digitTemplates: new MemoryTenantCollection(digitTemplateCollection),
        blacklist: { ...core, blacklist: resources.blacklist, numbers: resources.numbers },
        settingsOf: async (accountId) => ({ accountId, ...defaultCentreSettings }),
      }),
      ...callOutOperations({
        contacts: this.#contacts,
        agents: people.agents,
        placer: routedContactPlacer({
          contacts: this.#contacts,
          commands: new MemoryCommandChannel({ clock }),
          placement,
          local: undefined,
        }),
        settingsOf: async (accountId) => ({ accountId, ...defaultCentreSettings }),
        callbackRequests,
        clock,
        newId: core.newId,
      }),
      ...callbackRequestOperations({
        ...core,
        callbackRequests,
        agents: people.agents,
        skillGroups: resources.skillGroups,
        centreSettingsOf: async (accountId) => ({ accountId, ...defaultCentreSettings }),
      }),
      ...usageOperations({ usage: new MemoryUsageCounter(), concurrentCalls: async () => 0, clock }),
      ...cdrOperations({ cdrs: this.#cdrs }),
      ...conferenceOperations({
        conferences: this.#conferences,
        conferenceControl: new RoutedConferenceControl({ commands: new MemoryCommandChannel({ clock }) }),
      }),
      ...sipBanOperations({
        ...core,
        sipBans: new MemoryTenantCollection(sipBanCollection),
        trunks: resources.trunks,
        edgeDesk: { found: async () => ({ machines: [], bans: [] }), unban: async () => 0, lookAgain: async () => {} },
      }),
      ...nodeOperations({ leases: this.#leases, commands: new MemoryCommandChannel({ clock }) }),
      ...relayOperations({
        leases: this.#leases,
        commands: new MemoryCommandChannel({ clock }),
        relayDrains: new MemoryTenantCollection(relayDrainCollection),
        clock,
      }),
      ...auditOperations({ audit: this.#audit }),
      ...recordingOperations({ recordings: this.#recordings, objects: this.#objects }),
      ...webhookOperations(webhookDeps),
      ...eventOperations(webhookDeps),
    };
  }

  /** A node that lives; whose it is, is not for the tenant to say. */
  /** A media relay that a node uses. */
  async relay(): Promise<string> {
    const failures = { timeout: 0, busy: 0, full: 0, refused: 0, malformed: 0, lost: 0 };
    const address = '10.0.0.7:2223';
    await this.node([{ address, up: true, drained: false, weight: 1, sessions: 0, outstanding: 0, failures }]);
    return relayIdOf(address);
  }

  async node(relays?: MediaNodeReport['relays']): Promise<string> {
    const at = this.#core.clock.now();
    const media = {
      sip: ['udp:10.0.0.5:5060'],
      maxCalls: 100,
      lagMs: 0,
      busy: 0,
      version: '1',
      startedAt: at,
      reportedAt: at,
      ...(relays && { relays }),
    };
    await this.#leases.renew('media-1', 60_000, { counts: { total: 0, accounts: {}, trunks: {} }, media });
    return 'media-1';
  }

  /** A call, which was in the conference that was made last. */
  async call({ account }: TestTenant): Promise<string> {
    const { newId, clock } = this.#core;
    const [id, contactId, numberA, numberB] = [newId('CA'), newId('CN'), '+14155550100', '+14155550101'] as const;
    const parties = {
      accountId: account.id,
      contactId,
      direction: 'outbound-api',
      from: numberA,
      to: numberB,
    } as const;
    await this.#calls.insert(
      {
        id,
        ...parties,
        status: 'in-progress',
        nodeId: 'node-1',
        scriptRevision: 0,
        createdAt: clock.now(),
        tags: {},
        recordingIds: [],
      },
      [],
    );
    await this.#wasInConference(account.id, id);
    const at = this.#now();
    await this.#audit.insert({
      id: newId('RQ'),
      accountId: account.id,
      revision: 1,
      createdAt: at,
      updatedAt: at,
      keyId: newId('SK'),
      operation: 'createCall',
      resourceId: id,
      outcome: 'done',
      status: 201,
      code: null,
    });
    await keepCdrs(this.#cdrs, [
      {
        callId: id,
        ...parties,
        forwardedFrom: null,
        forwardingReason: null,
        parentCallId: null,
        status: 'completed',
        termination: { result: 'completed', by: 'remote', reason: 'hangup', sip: 200, q850: 16 },
        createdAt: at,
        ringingAt: null,
        answeredAt: at,
        endedAt: at,
        ringSeconds: 0,
        talkSeconds: 0,
        billableSeconds: 0,
        media: {
          codec: null,
          packetsSent: 0,
          packetsReceived: 0,
          packetsLost: 0,
          jitterMs: 0,
          roundTripMs: null,
          remoteLossFraction: null,
          mos: null,
          encryption: null,
          relayId: null,
        },
        recordingIds: [],
        tags: {},
        applicationId: null,
        numberId: null,
        trunkId: null,
        endpointId: null,
        sipCallId: null,
        callType: 2,
        endCode: 'ok',
        endCodeNumber: 1,
      },
    ]);
    return id;
  }

  async conference({ account }: TestTenant): Promise<string> {
    const { newId } = this.#core;
    const id = newId('CF');
    const at = this.#now();
    await this.#conferences.insert({
      id,
      accountId: account.id,
      revision: 1,
      createdAt: at,
      updatedAt: at,
      name: id,
      status: 'completed',
      nodeId: 'node-1',
      startedAt: null,
      endedAt: at,
      endedBecause: 'empty',
      participants: [],
      sequence: 0,
      pendingEvents: [],
      hasPendingEvents: false,
    });
    return id;
  }

  async #wasInConference(accountId: string, callId: string): Promise<void> {
    const [conference] = (await this.#conferences.list(accountId, { limit: 1 })).items;
    if (!conference) return;
    const at = this.#now();
    const participant = {
      callId,
      nodeId: 'node-1',
      label: null,
      muted: false,
      held: false,
      coaching: null,
      startConferenceOnEnter: true,
      endConferenceOnExit: false,
      joinedAt: at,
      leftAt: at,
      leftBecause: 'left',
    } as const;
    await this.#conferences.replace({ ...conference, participants: [...conference.participants, participant] });
  }

  async contact({ account }: TestTenant): Promise<string> {
    const { newId, clock } = this.#core;
    const startedAt = clock.now();
    const { id } = await this.#contacts.insert(
      {
        id: newId('CN'),
        accountId: account.id,
        nodeId: 'node-1',
        direction: 'inbound',
        customer: '+8613800138000',
        line: '+861012345678',
        status: 'finished',
        startedAt,
        participants: [{ sequence: 0, type: 'customer', startedAt, heldMs: 0 }],
        keys: [],
        trail: [{ at: startedAt, what: 'queued' }],
        recordingIds: [],
      },
      [],
    );
    return id;
  }

  async recording({ account }: TestTenant): Promise<string> {
    const { newId } = this.#core;
    const id = newId('RE');
    const key = `${account.id}/recordings/${id}.wav`;
    await this.#objects.put(key, Buffer.from('sound'));
    const at = this.#now();
    await this.#recordings.insert({
      id,
      accountId: account.id,
      revision: 1,
      createdAt: at,
      updatedAt: at,
      callId: newId('CA'),
      source: 'RecordVerb',
      channels: 1,
      status: 'available',
      trimSilence: false,
      startedAt: at,
      endedAt: at,
      durationSeconds: 1,
      end: 'stopped',
      files: [{ format: 'wav', key, sizeBytes: 5, sha256: '0'.repeat(64) }],
      capturePath: '/nowhere',
      untold: [],
      hasUntold: false,
      finalizingUntil: null,
      finalizeAttempts: 0,
    });
    return id;
  }

  async callbackRequest({ account }: TestTenant): Promise<string> {
    const skillGroupId = this.#core.newId('SG');
    const asked = { accountId: account.id, number: '+8613812345678', skillGroupId };
    return (await createCallbackRequest({ ...this.#core, callbackRequests: this.#callbackRequests }, asked)).id;
  }

  async picture({ account }: TestTenant): Promise<string> {
    const { newId } = this.#core;
    const [id, from, to] = [newId('IM'), newId('AG'), newId('AG')];
    const objectKey = `${account.id}/pictures/${id}`;
    await this.#objects.put(objectKey, Buffer.from('GIF89a'));
    const at = this.#now();
    await this.#messages.insert({
      id,
      accountId: account.id,
      revision: 1,
      createdAt: at,
      updatedAt: at,
      fromAgentId: from,
      toAgentId: to,
      agentIds: [from, to],
      conversation: `${from} ${to}`,
      picture: { type: 'image/gif', sizeBytes: 6, objectKey },
    });
    return id;
  }

  async event({ account }: TestTenant): Promise<string> {
    const { newId } = this.#core;
    const id = newId('EV');
    const data = {
      webhookEndpointId: newId('WH'),
      url: 'https://example.com',
      because: 'gone' as const,
      failingSince: null,
    };
    const event = {
      id,
      type: 'webhook-endpoint.disabled' as const,
      timestamp: this.#now(),
      accountId: account.id,
      data,
    };
    await this.#events.insertMany([storedEvent(event)]);
    return id;
  }

  #now(): string {
    this.#core.clock.advance(1);
    return new Date(this.#core.clock.now()).toISOString();
  }
}
