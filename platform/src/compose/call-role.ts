import { BatchedTimeline } from '@hookswitch/api/call-records/index';
import { type Calls, createCalls, ShuttingDownError } from '@hookswitch/api/calls/index';
import { buildCdr } from '@hookswitch/api/cdrs/index';
import { type Conferences, createConferences } from '@hookswitch/api/conferences/index';
import type { Settings } from '@hookswitch/api/config/settings';
import type { Contacts } from '@hookswitch/api/contacts/index';
import { HttpNumberMapper } from '@hookswitch/api/number-protection/index';
import { type ContactPlacer, placeContactCommand } from '@hookswitch/api/outbound-dialling/index';
import { RecordCall } from '@hookswitch/api/recordings/index';
import { nodeRelays } from '@hookswitch/api/relays/index';
import { createHttpScriptSource, defaultScriptSettings } from '@hookswitch/api/scripting/index';
import { createSipDirectory, createTrunkAddressBook } from '@hookswitch/api/sip-directory/index';
import type { CallEngine, EngineAddresses } from '@hookswitch/media/port/call-engine';
import type { Backing } from './backing.js';
import { composeCallOut } from './call-out.js';
import { callsSurvive } from './calls-survive.js';
import { carrierRegistrations, noRegistrations, sharesRegistrations } from './carrier-registrations.js';
import { composeContacts } from './contacts.js';
import type { Features } from './features.js';
import { composeFlowRunner } from './flow-runner.js';
import { composeInboundGate } from './inbound-gate.js';
import { aboutNode, innerAddresses } from './node-facts.js';
import type { PlatformHooks } from './platform.js';
import type { PlatformRecorders } from './platform-recorders.js';

/** An edge is told of nodes every second; milliseconds. */
const edgeNoticeMs = 3_000;

/** The `calls` role of a process: an engine, and the calls and scripts on it. */
export interface CallRole {
  readonly calls: Calls;
  readonly contacts: Contacts;
  readonly conferences: Conferences;
  readonly callOut: ContactPlacer & { readonly nodeId: string };
  readonly engine: CallEngine;
  readonly timeline: BatchedTimeline;
  readonly nodeId: string;
  /** Whether calls can come in: from the start of the engine to the beginning of the stop. */
  readonly listening: boolean;
  start(): Promise<EngineAddresses>;
  /** Refuses new calls, waits up to `waitMs` for those up, ends the rest, closes every port. */
  stop(waitMs: number): Promise<void>;
}

export function composeCallRole(
  backing: Backing,
  features: Features,
  settings: Settings,
  nodeId: string,
  recorders: PlatformRecorders,
  processId: string,
  { onStopAsked, onTakenOver = () => {} }: PlatformHooks,
): CallRole {
  const { clock, newId, logger, secretBox, stores, outboundHttp } = backing;
  const { trunks, endpoints } = features;
  const directory = createSipDirectory({
    endpoints,
    trunks,
    addressBook: createTrunkAddressBook(trunks, clock, stores.trunkRegistrations),
    bindings: stores.bindings,
    secretBox,
    limits: {
      minExpiresSeconds: settings.registrationMinSeconds,
      maxExpiresSeconds: settings.registrationMaxSeconds,
      maxBindings: 10,
    },
    account: (accountId) => features.routing.account(accountId),
    phoneRegistered(endpointId) {
      tellAgentOfPhone(features, endpointId).catch((error: unknown) => {
        logger.warn({ err: error, endpointId }, 'An agent whose phone registered may be left out of calls on.');
      });
    },
    clock,
  });
  const engine = backing.createEngine(directory, nodeId);
  const timeline = new BatchedTimeline({ store: stores.timeline, clock, logger, writer: nodeId.slice(-12) });
  const recorder = new RecordCall({
    calls: features.calls,
    recordings: features.recordings,
    events: stores.events,
    newId,
    clock,
    logger,
    captureDirectory: backing.captureDirectory,
    onCaptured: features.hints.finalizeRecording,
    makeFolder: (path) => backing.makeCaptureFolder(path),
  });
  const scriptSettings = {
    ...defaultScriptSettings,
    requestTimeoutMs: settings.scriptTimeoutMs,
    connectTimeoutMs: settings.scriptConnectTimeoutMs,
    retries: settings.scriptRetries,
    maxHttpRedirects: settings.scriptMaxRedirects,
  };
  const audio = backing.createAudioResolver(features.audio);
  const numberMapper = new HttpNumberMapper({ http: outboundHttp, secretBox, clock });
  const family = () => calls.family;
  const contacts = composeContacts(backing, features, nodeId, { calls: family, recorder, audio, numberMapper });
  const conferences = createConferences({
    nodeId,
    book: features.conferenceBook,
    claims: backing.conferenceClaims,
    engine,
    commands: backing.commands,
    leases: backing.leases,
    audio,
    speech: backing.speech,
    clock,
    newId,
    logger,
  });
  const placer = composeCallOut(backing, features, nodeId, { contacts, calls: family, numberMapper });
  const callOut: CallRole['callOut'] = {
    nodeId,
    async place(request) {
      if (!calls.takesCalls()) throw new ShuttingDownError();
      return placer.place(request);
    },
  };
  const { runner, counts } = composeFlowRunner(backing, features, settings, {
    clock,
    logger,
    source: recorders.timed(createHttpScriptSource({ http: outboundHttp, clock, newId, settings: scriptSettings })),
    audio,
    speech: backing.speech,
    recorder,
    settings: scriptSettings,
  });
  const relays = backing.mediaRelay && nodeRelays(backing.mediaRelay, features);
  const calls: Calls = createCalls({
    nodeId,
    store: features.calls,
    engine,
    scripts: runner,
    recorder,
    audio,
    routing: features.routing,
    gate: composeInboundGate(backing, features),
    queueOf: (call) => contacts.queueOf(call),
    handOnCustomer: (...asked) => contacts.handOnCustomer(...asked),
    conferencesOf: (call) => conferences.ofCall(call),
    moreCommands: {
      ...contacts.commands,
      ...conferences.commands,
      ...relays?.commands,
      [placeContactCommand]: callOut.place,
    },
    timeline,
    usage: stores.usage,
    buildCdr,
    onEnded: recorders.callEnded,
    clock,
    newId,
    logger,
    leases: backing.leases,
    commands: backing.commands,
    limits: {
      maxCalls: settings.maxCalls,
      maxCallsPerSecond: settings.maxCallsPerSecond,
      canCarry: backing.mediaPlaneUp,
    },
    ...(settings.sipEdges.length > 0 && { edgeNoticeMs }),
    aboutNode: { ...aboutNode(), ...(relays && { relays: relays.report }) },
    ...(onStopAsked && { onStopAsked }),
    ...(callsSurvive(settings) && {
      survival: {
        keptCalls: backing.keptCalls,
        secretBox,
        owner: processId,
        recordings: recorder,
        formerContacts: contacts.former,
        onTakenOver,
      },
    }),
  });

  const registrations = sharesRegistrations(settings)
    ? carrierRegistrations(backing, features, engine, nodeId, settings.sipEdges.length > 0)
    : noRegistrations;
  let listening = false;

  return {
    calls,
    contacts,
    conferences,
    callOut,
    engine,
    timeline,
    nodeId,
    get listening() {
      return listening;
    },
    async start() {
      await relays?.start();
      await calls.start();
      const addresses = await engine.start();
      listening = true;
      const inner = innerAddresses(settings.sipInnerAddress, addresses.sip);
      conferences.listening(inner);
      await calls.listening(inner);
      registrations.start();
      return addresses;
    },
    async stop(waitMs) {
      listening = false;
      await registrations.stop();
      try {
        await calls.drain(waitMs);
        await contacts.close();
        await conferences.close();
      } finally {
        await counts.flush();
        await engine.stop(0);
      }
    },
  };
}

/** An agent who got no calls since its phone could not be rung gets calls again. */
async function tellAgentOfPhone({ endpoints, people, acd }: Features, endpointId: string): Promise<void> {
  const endpoint = await endpoints.acrossAccounts.get(endpointId);
  const agent = endpoint && (await people.agents.findOne(endpoint.accountId, { endpointId }));
  if (agent) await acd.atWork.phoneRegistered(agent.accountId, agent.id);
}
