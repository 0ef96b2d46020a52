import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { TransferRequest } from '@hookswitch/media/port/transfer';
import type { Call } from '../call-records/call.js';
import type { CallStore } from '../call-records/call-store.js';
import type { BuildCdr } from '../call-records/final-change.js';
import type { TimelineWriter } from '../call-records/timeline/call-timeline.js';
import type { CommandChannel } from '../nodes/command-channel.js';
import type { NodeLeases } from '../nodes/node-leases.js';
import type { CallRecorder } from '../recordings/call-recorder.js';
import type { AudioResolver, CallConferences, CallQueue, ChildCalls, ScriptRunner } from '../scripting/index.js';
import type { UsageCounter } from '../usage/index.js';
import type { ActiveCall } from './active-call.js';
import type { CallAdmission } from './call-admission.js';
import type { InboundGate } from './inbound-gate.js';
import type { LiveCallRegistry } from './live-call-registry.js';
import type { KeepCalls } from './resume/keep-calls.js';
import type { CallRouting } from './routing/call-routing.js';
import type { HandOnCustomer } from './transfer/hand-on-customer.js';

/** What the calls of a node that owns an engine are made with. */
export interface CallsDeps {
  readonly nodeId: string;
  readonly store: CallStore;
  readonly engine: CallEngine;
  readonly scripts: ScriptRunner;
  readonly recorder: CallRecorder;
  readonly audio: AudioResolver;
  readonly routing: CallRouting;
  readonly admission: CallAdmission;
  readonly registry: LiveCallRegistry;
  readonly timeline: TimelineWriter;
  readonly usage: UsageCounter;
  readonly buildCdr: BuildCdr;
  /** Hears once of each call that a leg of this process had, when its record is final. Must not throw. */
  readonly onEnded?: (call: Call) => void;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  /** The calls that a call's script may dial. */
  readonly childrenOf: (parent: ActiveCall) => ChildCalls;
  /** Does what a call's phone asks for that presses "transfer". */
  readonly transfer: (transferor: ActiveCall, request: TransferRequest) => void;
  /** Does it for an agent's phone in a talk of the contact centre. Default: such phones are refused. */
  readonly handOnCustomer?: HandOnCustomer;
  /** Which other nodes there are, and how they are asked. */
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly commands: Pick<CommandChannel, 'send'>;
  /** Where other nodes reach the SIP of this one, as `udp:10.0.0.5:5060`; undefined until it listens. */
  readonly innerAddress: () => string | undefined;
  /** Asked of each incoming call. Default: everybody comes in. */
  readonly gate?: InboundGate;
  /** The contact centre's queues, for a call's script. */
  readonly queueOf: (call: ActiveCall) => CallQueue;
  /** The account's conferences, for a call's script. */
  readonly conferencesOf: (call: ActiveCall) => CallConferences;
  /** Keeps what a later process of this node needs to go on with the calls. Absent where they are to end with this process. */
  readonly keeper?: KeepCalls;
  /** Whether this node refuses new calls. */
  readonly draining: () => boolean;
  /** Whether this node refuses calls that come in. */
  readonly refusesIncoming: () => boolean;
  /** Whether it ends those that are up, so that they may begin nothing more. */
  readonly ending: () => boolean;
  /** Longest time a call lasts where nothing shorter is asked for, seconds. */
  readonly defaultTimeLimitSeconds: number;
}
