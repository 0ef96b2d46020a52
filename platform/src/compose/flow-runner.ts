import type { Settings } from '@hookswitch/api/config/settings';
import { BatchedFlowCounts, createFlowRunner, type FlowMessages } from '@hookswitch/api/flows/index';
import type { FlowRunner, ScriptRunnerDeps } from '@hookswitch/api/scripting/index';
import type { Backing } from './backing.js';
import type { Features } from './features.js';
import { composeMessageSenders } from './message-senders.js';

/** What runs scripts and flows on the calls of a process, and the counts of nodes that are still to be written. */
export function composeFlowRunner(
  backing: Backing,
  features: Features,
  settings: Settings,
  scripting: ScriptRunnerDeps,
): { readonly runner: FlowRunner; readonly counts: BatchedFlowCounts } {
  const { clock, logger, newId, stores, outboundHttp } = backing;
  const counts = new BatchedFlowCounts({ counts: stores.flowCounts, clock, logger });
  const sms = flowMessages(backing, features, settings);
  const services = { http: outboundHttp, newId, sms };
  return { runner: createFlowRunner({ scripting, flows: features.flows.source, counts, services }), counts };
}

function flowMessages(backing: Backing, features: Features, settings: Settings): FlowMessages | undefined {
  const { sms } = composeMessageSenders(backing, features, settings);
  return sms && { send: (message) => sms.send({ ...message, purpose: 'flowMessage', subject: '' }) };
}
