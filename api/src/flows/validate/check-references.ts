import { errorAt, type FlowFault, type FlowFaultCode } from '../document/flow-fault.js';
import { type FlowReference, partsOfFlowRef } from '../document/references.js';
import type { FlowReferences } from './flow-references.js';

/** Sub-flows in one another. */
export const maxFlowDepth = 10;
/** More flows than this are not looked through for one that comes back to itself; a flow that many flows run counts each time. */
const maxFlows = 5000;

const kinds = ['audio', 'skillGroup', 'agent', 'number'] as const;
const unknown: { readonly [Kind in FlowReference['kind']]: readonly [FlowFaultCode, string] } = {
  audio: ['unknown-audio', 'sounds'],
  skillGroup: ['unknown-skill-group', 'skill groups'],
  agent: ['unknown-agent', 'agents'],
  number: ['unknown-number', 'numbers'],
  flow: ['unknown-flow', 'flows, or no version of it'],
};

/** Asks whether everything exists that a flow names, and whether it would come back to itself through others. */
export async function checkReferences(
  port: FlowReferences,
  { accountId, flowId }: { readonly accountId: string; readonly flowId: string },
  references: readonly FlowReference[],
): Promise<readonly FlowFault[]> {
  const faults: FlowFault[] = [];
  const tell = ({ node, field }: FlowReference, code: FlowFaultCode, message: string) =>
    faults.push(errorAt(node, field, code, message));
  for (const kind of kinds) {
    const ids = [...new Set(references.flatMap((each) => (each.kind === kind ? [each.id] : [])))];
    if (ids.length === 0) continue;
    const missing = new Set(await port.missing(accountId, kind, ids));
    for (const each of references) {
      const [code, what] = unknown[kind];
      if (each.kind === kind && missing.has(each.id)) tell(each, code, `is none of the account's ${what}: ${each.id}.`);
    }
  }
  const flows = new FlowsBelow(port, accountId, flowId);
  for (const each of references) {
    if (each.kind !== 'flow') continue;
    const answer = await flows.below(each.id);
    if (answer === 'unknown') tell(each, 'unknown-flow', `is none of the account's ${unknown.flow[1]}: ${each.id}.`);
    else if (answer === 'unpublished') tell(each, 'flow-not-published', `has no live version yet: ${each.id}.`);
    else if (answer === 'itself') tell(each, 'flow-calls-itself', 'comes back to this flow, which would never end.');
    else if (answer === 'too-deep')
      tell(each, 'flows-too-deep', `has flows in flows; at most ${maxFlowDepth} may be in one another.`);
  }
  return faults;
}

type Below = 'unknown' | 'unpublished' | 'itself' | 'too-deep' | 'fine';

/** Walks through the flows that a flow runs, each once. */
class FlowsBelow {
  readonly #known = new Map<string, ReturnType<FlowReferences['subFlows']>>();
  readonly #answers = new Map<string, Promise<Below>>();
  #walked = 0;
  readonly #port: FlowReferences;
  readonly #accountId: string;
  readonly #flowId: string;

  constructor(port: FlowReferences, accountId: string, flowId: string) {
    this.#port = port;
    this.#accountId = accountId;
    this.#flowId = flowId;
  }

  below(ref: string): Promise<Below> {
    let answer = this.#answers.get(ref);
    if (!answer) this.#answers.set(ref, (answer = this.#walk(ref)));
    return answer;
  }

  async #walk(ref: string): Promise<Below> {
    const first = await this.#subFlows(ref);
    if (partsOfFlowRef(ref).flowId === this.#flowId) return 'itself';
    if (typeof first === 'string') return first;
    const seen = new Set([ref]);
    let level = first;
    for (let depth = 2; level.length > 0; depth++) {
      if (level.some((each) => partsOfFlowRef(each).flowId === this.#flowId)) return 'itself';
      if (depth > maxFlowDepth) return 'too-deep';
      const fresh = [...new Set(level)].filter((each) => !seen.has(each));
      for (const each of fresh) seen.add(each);
      this.#walked += fresh.length;
      if (this.#walked > maxFlows) return 'too-deep';
      const below = await Promise.all(fresh.map((each) => this.#subFlows(each)));
      level = below.flatMap((each) => (typeof each === 'string' ? [] : each));
    }
    return 'fine';
  }

  #subFlows(ref: string): ReturnType<FlowReferences['subFlows']> {
    let answer = this.#known.get(ref);
    if (!answer) this.#known.set(ref, (answer = this.#port.subFlows(this.#accountId, partsOfFlowRef(ref))));
    return answer;
  }
}
