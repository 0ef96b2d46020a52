import { BaseError } from '@hookswitch/kernel/base-error';
import type { Logger } from '@hookswitch/kernel/logger';
import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { FlowRef } from '../../call-records/flow-ref.js';
import type { FlowContact } from '../../scripting/flow/flow-contact.js';
import type { FlowEnd } from '../../scripting/flow/flow-end.js';
import type { FlowNesting } from '../../scripting/flow/flow-nesting.js';
import type { FlowPosition } from '../../scripting/flow/flow-position.js';
import type { RunScript, ScriptContext, ScriptRunner } from '../../scripting/index.js';
import type { FlowCountWriter } from '../counts/batched-flow-counts.js';
import type { RunnableFlow } from '../flow.js';
import type { FlowEvent, FlowServices, NodeExit, NodeVisit } from './flow-node.js';
import type { FlowTrack } from './flow-track.js';
import { runNode } from './node-registry.js';
import type { ParsedNode } from './parsed-node.js';
import { RunVariables } from './run-variables.js';
import { systemVariable } from './system-variables.js';

/** What a run of a flow has of its call. */
export interface FlowRunInit {
  readonly request: RunScript;
  readonly context: ScriptContext;
  readonly logger: Logger;
  readonly contact: FlowContact;
  readonly services: FlowServices;
  readonly counts: FlowCountWriter;
  readonly scripts: ScriptRunner;
  readonly nesting: FlowNesting;
  /** Runs a flow within this one. */
  readonly runFlow: (ref: FlowRef, nesting: FlowNesting) => Promise<FlowEnd>;
  readonly track: FlowTrack;
}

/** One run of one version of a flow: the loop over its nodes. */
export class FlowRun {
  readonly #init: FlowRunInit;
  readonly #flow: RunnableFlow;
  readonly #variables: RunVariables;
  readonly #visit: NodeVisit;
  #node: ParsedNode;
  /** The node at which an earlier process stood, until it was left. */
  #former: ParsedNode | undefined;

  /** @param former where an earlier process stood in it */
  constructor(init: FlowRunInit, flow: RunnableFlow, variables: FlowRef['variables'], former?: FlowPosition) {
    this.#init = init;
    this.#flow = flow;
    this.#former = former && (flow.flow.nodes.get(former.node) as ParsedNode | undefined);
    this.#node = this.#former ?? flow.flow.start;
    this.#variables = this.#makeVariables(variables, this.#former && former?.variables);
    this.#visit = this.#makeVisit();
  }

  /** Rejects with whatever a node throws, its own flows' included. */
  async run(): Promise<FlowEnd> {
    if (!this.#former)
      this.#note('started', `flow ${this.#flow.name} ${this.#flow.version}`, { name: this.#flow.name });
    const end = await this.#walk();
    const how = end.kind === 'ended' ? end.by : end.kind;
    this.#note('ended', `flow ${this.#flow.name} ended: ${how}`, { how });
    return end;
  }

  async #walk(): Promise<FlowEnd> {
    const { context, nesting, services, track } = this.#init;
    for (;;) {
      await services.turns.take();
      if (context.signal.aborted) return { kind: 'stopped' };
      const node = this.#node;
      this.#note('entered', `${node.kind} ${shown(node)}`, { label: node.label ?? node.id, kind: node.kind });
      if (!this.#former) this.#count(node);
      track.entered(nesting.depth, () => this.#position());
      nesting.pace.entered();
      const startedAt = context.clock.monotonic();
      const exit = await this.#runNode(node);
      nesting.pace.left(node.kind, context.clock.monotonic() - startedAt);
      this.#former = undefined;
      track.left(nesting.depth);
      if (context.signal.aborted) {
        this.#count(node, 'callEnded');
        return { kind: 'stopped' };
      }
      if (exit.kind === 'end') {
        this.#count(node, exit.by);
        return { kind: 'ended', by: exit.by, variables: this.#variables.all() };
      }
      const next = this.#take(node, exit);
      if (next === undefined) return { kind: 'ended', by: 'nowhere', variables: this.#variables.all() };
      this.#node = next;
    }
  }

  async #runNode(node: ParsedNode): Promise<NodeExit> {
    try {
      if (this.#init.request.aside && queueingKinds.has(node.kind)) throw new NodeForbiddenError(node.kind);
      return await runNode<FlowNodeKind>(node, this.#visit);
    } catch (error) {
      this.#count(node, this.#init.context.signal.aborted ? 'callEnded' : 'failed');
      throw error;
    }
  }

  /** Where an exit leads; undefined where it leads nowhere. */
  #take(node: ParsedNode, exit: Exclude<NodeExit, { kind: 'end' }>): ParsedNode | undefined {
    const by = exit.kind === 'exit' ? exit.exit : exit.by;
    const next = exit.kind === 'exit' ? exitsOf(node)[exit.exit] : exit.node;
    this.#count(node, by);
    if (next === undefined) {
      this.#note('exit', `${shown(node)}: ${by} leads nowhere`, { exit: by, next: null });
      return undefined;
    }
    const to = this.#flow.flow.nodes.get(next);
    if (!to) throw new NodeMissingError(next);
    this.#note('exit', `${shown(node)}: ${by} → ${shown(to as ParsedNode)}`, { exit: by, next });
    return to as ParsedNode;
  }

  #note(event: FlowEvent, summary: string, detail: Readonly<Record<string, unknown>>): void {
    const { flowId, version } = this.#flow;
    const node = this.#node.id;
    this.#init.request.note({ kind: 'flow', summary, detail: { event, flowId, version, node, ...detail } });
  }

  /** That the node was entered, or left by an exit. */
  #count(node: ParsedNode, exit?: string): void {
    const { context, counts } = this.#init;
    const { flowId, version } = this.#flow;
    const about = { accountId: context.accountId, flowId, version, node: node.id, at: context.clock.now() };
    counts.add(exit === undefined ? about : { ...about, exit });
  }

  #makeVariables(given: FlowRef['variables'], former: FlowRef['variables']): RunVariables {
    const defaults = this.#flow.flow.start.variables ?? [];
    return new RunVariables({
      own: former ?? {
        ...Object.fromEntries(defaults.map(({ name, default: value = '' }) => [name, value])),
        ...given,
      },
      system: (name) => systemVariable(name, this.#init.request.call(), this.#init.context.clock.now()),
      onText: () => {
        this.#init.services.turns.filled();
        this.#init.nesting.pace.filled();
      },
      onUnset: (name) => this.#note('unset', `${name} is not set`, { name }),
      onSet: (name, value) =>
        this.#note('variable', `${name} = ${cut(value)}`, { name, value: value.slice(0, longestShownValue) }),
    });
  }

  #makeVisit(): NodeVisit {
    const { request, context, logger, contact, services, nesting, scripts, runFlow, track } = this.#init;
    return {
      call: request.leg,
      context,
      logger,
      variables: this.#variables,
      language: this.#flow.flow.language,
      trail: {
        pressed: (key, label) => {
          nesting.keys.add({ key, label, at: context.clock.now() });
          contact.pressed(key, label);
          this.#note('key', `key ${key}${label === '' ? '' : `: ${label}`}`, { key, label, known: true });
        },
        get keys() {
          return nesting.keys.all;
        },
      },
      contact,
      services,
      secrets: nesting.secrets,
      signingSecrets: request.signingSecrets,
      note: (event, summary, detail) => this.#note(event, summary, detail),
      runFlow: (ref) => runFlow(ref, below(nesting)),
      runScript: (script) => {
        const from = track.formerScript(nesting.depth);
        const reached = track.scriptReached;
        return scripts.run({
          ...request,
          script,
          stepOf: this.#position(),
          nesting: below(nesting),
          ...(from && { from }),
          ...(reached && { reached }),
        });
      },
    };
  }

  #position(): FlowPosition {
    const { flowId, version } = this.#flow;
    return { flowId, version, node: this.#node.id, variables: this.#variables.all() };
  }
}

function below(nesting: FlowNesting): FlowNesting {
  return { ...nesting, depth: nesting.depth + 1 };
}

function exitsOf(node: ParsedNode): Readonly<Record<string, string | undefined>> {
  return 'exits' in node ? ((node.exits as Record<string, string> | undefined) ?? {}) : {};
}

function shown(node: ParsedNode): string {
  return node.label === undefined ? node.id : `"${node.label}"`;
}

/** A call may set fifty thousand values before it ends as `flow-loop`. */
const longestShownValue = 1024;

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** What a caller who talks, or waits already, cannot be given to. */
const queueingKinds: ReadonlySet<FlowNodeKind> = new Set(['toSkillGroup', 'toAgent', 'toExternalLine']);

/** A flow beside a talk or a wait came to a node that would need the call for itself. */
export class NodeForbiddenError extends BaseError {
  constructor(kind: FlowNodeKind) {
    super('conflict', 'flow-node-forbidden', `A flow beside a talk or a wait cannot run a node of the kind ${kind}.`);
  }
}

/** An exit names a node that is not there: the version was made by a release that checked less. */
export class NodeMissingError extends BaseError {
  constructor(id: string) {
    super('invalid', 'flow-node-missing', `The flow has no node ${id}.`);
  }
}
