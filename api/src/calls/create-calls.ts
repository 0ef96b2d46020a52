import type { RelayHealth } from '@hookswitch/media/port/media-relay';
import type { Command, CommandChannel } from '../nodes/command-channel.js';
import { drainNodeCommand, isThereCommand, NodeHeartbeat, undrainNodeCommand } from '../nodes/index.js';
import type { MediaNodeReport, NodeLeases } from '../nodes/node-leases.js';
import { acceptInboundCall } from './accept-inbound-call.js';
import type { ActiveCall } from './active-call.js';
import { CallAdmission } from './call-admission.js';
import { ShuttingDownError } from './call-errors.js';
import type { CallsDeps } from './calls-deps.js';
import type { CallControl } from './control/call-control.js';
import { localCallControl } from './control/local-call-control.js';
import { handleCallCommand, routedCallControl } from './control/routed-call-control.js';
import { type FamilyCalls, familyCallsOf } from './family-calls.js';
import { LiveCallRegistry } from './live-call-registry.js';
import { type DrainNode, NodeDrain } from './node/node-drain.js';
import { NodePlacement } from './node/node-placement.js';
import { reconcileCalls } from './node/reconcile-calls.js';
import { childCallsOf } from './place-child-call.js';
import { checkNodeIsFree } from './resume/check-node-is-free.js';
import { KeepCalls, type KeepCallsSettings } from './resume/keep-calls.js';
import type { KeptCallStore } from './resume/kept-call-store.js';
import { type ResumeDeps, type ResumedCalls, resumeCalls } from './resume/resume-calls.js';
import { expectJoined, type JoinTransfer, joinTransferCommand } from './transfer/join-elsewhere.js';
import { transferCall } from './transfer/transfer-call.js';

/** How often a node compares its records with its calls, milliseconds. */
const reconcileEveryMs = 60_000;
/** Somebody who took the node for dead may have been ending its calls just as it went on with them: by then that is done, milliseconds. */
const lookAgainAfterMs = 10_000;

/** What a media node's calls are made with. */
export interface CreateCalls
  extends Omit<
    CallsDeps,
    | 'admission'
    | 'registry'
    | 'draining'
    | 'refusesIncoming'
    | 'innerAddress'
    | 'ending'
    | 'childrenOf'
    | 'transfer'
    | 'defaultTimeLimitSeconds'
    | 'keeper'
    | 'leases'
    | 'commands'
  > {
  readonly leases: NodeLeases;
  readonly commands: CommandChannel;
  /** Further commands that this node takes, by type. */
  readonly moreCommands?: Readonly<Record<Command['type'], (request: never) => Promise<unknown>>>;
  readonly limits: {
    /** Calls this node carries at most. */
    readonly maxCalls: number;
    /** Calls this node starts a second at most. */
    readonly maxCallsPerSecond: number;
    /** Whether it can carry any now. Default: always. */
    readonly canCarry?: (() => boolean) | undefined;
  };
  /** Longest time a call lasts where nothing shorter is asked for, seconds. Default 14,400. */
  readonly defaultTimeLimitSeconds?: number;
  /** What this node says of itself with its lease. Default: nothing but its calls. */
  readonly aboutNode?: AboutNode;
  /** How long the edge may take to learn that this node is drained, milliseconds: what it sends until then is taken. Default: there is no edge. */
  readonly edgeNoticeMs?: number;
  /** Told when a drain that was to stop the process is over. */
  readonly onStopAsked?: () => void;
  /** Has the calls outlive this process: the next one of this node goes on with them. Default: they end with it. */
  readonly survival?: CallSurvival;
}

/** What calls need that outlive their process. */
export interface CallSurvival
  extends Pick<KeepCallsSettings, 'secretBox' | 'owner' | 'onTakenOver'>,
    Pick<ResumeDeps, 'recordings' | 'formerContacts'> {
  readonly keptCalls: KeptCallStore;
}

/** What a node knows of itself beside its calls. */
export interface AboutNode {
  readonly version: string;
  /** Part of the time since this was asked last in which the event loop worked, 0 to 1. */
  readonly busy: () => number;
  /** Its media relays, where it uses some. */
  readonly relays?: () => readonly RelayHealth[];
}

/** The calls of one process that owns an engine. */
export interface Calls {
  /** Takes the node's lease, listens for commands and takes incoming calls. Before the engine starts. */
  start(): Promise<void>;
  /** Goes on with calls of the process before, and tells the others where calls reach this node. Once the engine listens. */
  listening(sip: readonly string[]): Promise<void>;
  /** What the API uses: local calls here, others by command. */
  readonly control: CallControl;
  /** Where new calls go. */
  readonly placement: NodePlacement;
  /** Whether it takes new calls. */
  takesCalls(): boolean;
  /**
   * Refuses new calls, waits up to `waitMs` for those up, ends the rest (`shutdown`), and resolves when every record is final and the lease is given up. Before
   * the engine stops.
   */
  drain(waitMs: number): Promise<void>;
  /** Calls this process owns. */
  readonly registry: LiveCallRegistry;
  readonly admission: CallAdmission;
  /** Calls and conferences for the contact centre. */
  readonly family: FamilyCalls;
}

/** Puts the calls of a media node together. */
export function createCalls(settings: CreateCalls): Calls {
  const { leases, commands, limits, nodeId, clock, logger } = settings;
  const registry = new LiveCallRegistry();
  const drain = new NodeDrain(registry, clock, settings.edgeNoticeMs);
  let stopping = false;
  let sip: readonly string[] | undefined;
  const startedAt = clock.now();
  const { version = 'unknown', busy = () => 0, relays } = settings.aboutNode ?? {};
  const media = (lagMs: number): { media?: MediaNodeReport } => {
    if (!sip) return {};
    const { maxCalls } = limits;
    const said = {
      sip,
      maxCalls,
      lagMs,
      busy: busy(),
      version,
      startedAt,
      reportedAt: clock.now(),
      ...(relays && { relays: relays() }),
    };
    return { media: drain.report ? { ...said, drain: drain.report } : said };
  };
  const heartbeat: NodeHeartbeat = new NodeHeartbeat({
    nodeId,
    leases,
    clock,
    logger,
    report: (lagMs) => ({ counts: admission.counts(), ...media(lagMs) }),
    onRevived: () => void reconcileNext(),
  });
  const admission = new CallAdmission({ clock, ...limits, elsewhere: heartbeat.elsewhere });
  const { survival } = settings;
  const keeper = survival && new KeepCalls({ ...survival, store: survival.keptCalls, nodeId, registry, clock, logger });
  let resumed: ResumedCalls | undefined;
  let cancelLook = () => {};
  const deps: CallsDeps = {
    ...settings,
    ...(keeper && { keeper }),
    defaultTimeLimitSeconds: settings.defaultTimeLimitSeconds ?? 14_400,
    registry,
    admission,
    draining: () => drain.report !== undefined,
    refusesIncoming: () => drain.refusesIncoming,
    innerAddress: () => sip?.[0],
    ending: () => drain.ending,
    childrenOf: (parent: ActiveCall) => childCallsOf(parent, deps),
    transfer: (transferor, request) => transferCall(transferor, request, deps),
  };
  const reconcile = async () => {
    try {
      await reconcileCalls(deps);
    } catch (error) {
      logger.error(
        { err: error },
        "This node's records could not be compared with its calls; the next minute tries again.",
      );
    }
  };
  /** Comparisons, one after another: a stopping node finishes what is under way. */
  let reconciled = Promise.resolve();
  const reconcileNext = () => {
    reconciled = reconciled.then(reconcile);
    return reconciled;
  };
  let cancelReconcile: (() => void) | undefined;
  const keepReconciling = () => {
    cancelReconcile = clock.after(reconcileEveryMs, () => {
      void reconcileNext().finally(() => {
        if (!stopping) keepReconciling();
      });
    });
  };
  const local = localCallControl(deps);
  const takesCalls = () => drain.report === undefined && admission.hasRoom();
  const placement = new NodePlacement({ leases, clock, local: { nodeId, takesCalls } });
  const transferCommands = { [joinTransferCommand]: (request: JoinTransfer) => expectJoined(request, deps) };
  const drainCommands = {
    async [drainNodeCommand](request: DrainNode) {
      void drain.begin(request).then((drained) => {
        if (drained && request.stop && !stopping) settings.onStopAsked?.();
      });
      await heartbeat.announce();
    },
    async [undrainNodeCommand]() {
      if (stopping) throw new ShuttingDownError();
      drain.end();
      await heartbeat.announce();
    },
  };
  let stopListening: (() => Promise<void>) | undefined;
  return {
    registry,
    admission,
    family: familyCallsOf(deps),
    control: routedCallControl({ store: settings.store, commands, placement, local: { nodeId, control: local } }),
    placement,
    takesCalls,
    async listening(addresses) {
      resumed?.goOn();
      sip = addresses;
      await heartbeat.announce();
    },
    async start() {
      if (survival) await checkNodeIsFree(nodeId, commands);
      await heartbeat.start();
      if (survival && keeper) {
        resumed = await resumeCalls({ ...deps, ...survival, keeper });
        cancelLook = clock.after(lookAgainAfterMs, () => void reconcileNext());
      }
      stopListening = await commands.listen(
        nodeId,
        handleCallCommand(local, {
          ...drainCommands,
          ...transferCommands,
          [isThereCommand]: async () => {},
          ...settings.moreCommands,
        }),
      );
      keepReconciling();
      settings.engine.events.on('incoming', (incoming) => void acceptInboundCall(incoming, deps));
    },
    async drain(waitMs) {
      stopping = true;
      cancelReconcile?.();
      cancelLook();
      const drained = drain.begin({ timeLimitSeconds: waitMs / 1000, stop: true });
      await heartbeat.announce();
      await drained;
      await keeper?.close();
      // Who asks between the two is refused, and one who finds nobody listening sees that the lease is gone: either way the call goes elsewhere.
      await heartbeat.stop();
      await stopListening?.();
      await reconciled;
      await settings.timeline.flush();
    },
  };
}
