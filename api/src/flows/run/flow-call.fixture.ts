import type { FlowRef } from '../../call-records/flow-ref.js';
import { ScriptedCall, type ScriptedCallOptions } from '../../scripting/scripted-call.fixture.js';
import type { FlowCount } from '../counts/flow-counts.js';
import type { FlowDocument, FlowNode } from '../document/flow-document.js';
import { parseFlow } from '../document/parse-flow.js';
import type { FlowSource, RunnableFlow } from '../flow.js';
import { FlowNotFoundError } from '../flow-errors.js';
import { createFlowRunner } from './flow-runner.js';
import type { FlowTurns } from './turns.js';

/** The flow that calls run unless told otherwise. */
export const flowId = `FL${'1'.repeat(32)}`;

export interface FlowCallOptions extends Omit<ScriptedCallOptions, 'makeRunner'> {
  /** Nodes of the flow the call runs; `start` is put before them where none is among them, and leads to the first. */
  readonly nodes?: readonly object[];
  readonly language?: string;
  readonly variables?: FlowRef['variables'];
  /** Further flows by id; a `1.1` after an @ is their version. */
  readonly flows?: Readonly<Record<string, readonly object[]>>;
  /** Is done before the call begins. */
  readonly before?: (call: FlowCall) => void;
  /** Lets others have their turn; nobody else where absent, so that all is done when the clock was moved. */
  readonly turns?: FlowTurns;
  /** Refuses to send short messages. */
  readonly sms?: 'none' | 'broken';
}

const noTurns: FlowTurns = { filled: () => {}, take: () => undefined };

/** A source of flows that are there. */
export class MemoryFlowSource implements FlowSource {
  readonly #flows = new Map<string, RunnableFlow>();
  refusal: Error | undefined;

  async add(id: string, nodes: readonly object[], { version = '1.0', language = 'en-US' } = {}): Promise<void> {
    const document = JSON.parse(JSON.stringify({ language, nodes: withStart(nodes) })) as FlowDocument;
    const flow: RunnableFlow = { flowId: id, name: 'Office', version, flow: await parseFlow(document) };
    this.#flows.set(`${id}@${version}`, flow);
    this.#flows.set(id, flow); // the last one is live
  }

  remove(id: string): void {
    for (const key of this.#flows.keys()) if (key.startsWith(id)) this.#flows.delete(key);
  }

  async find(_accountId: string, { flowId: id, version }: FlowRef): Promise<RunnableFlow> {
    const found = this.#flows.get(version === undefined ? id : `${id}@${version}`);
    if (found) return found;
    throw this.refusal ?? new FlowNotFoundError(id, version);
  }
}

/** One inbound call on the fake engine that runs a flow. */
export class FlowCall extends ScriptedCall {
  readonly source: MemoryFlowSource;
  readonly counted: FlowCount[];
  readonly messages: { to: string; text: string }[];

  constructor(options: FlowCallOptions) {
    const source = new MemoryFlowSource();
    const counted: FlowCall['counted'] = [];
    const messages: FlowCall['messages'] = [];
    super({
      script: { flow: { flowId, ...(options.variables && { variables: options.variables }) } },
      ...options,
      makeRunner: (deps, call) =>
        createFlowRunner({
          scripting: deps,
          flows: source,
          counts: { add: (count) => void counted.push(count) },
          services: {
            http: call.http,
            newId: call.newId,
            turns: options.turns ?? noTurns,
            ...(options.sms !== 'none' && {
              sms: {
                async send({ to, text }) {
                  if (options.sms === 'broken') throw new Error('no gateway');
                  messages.push({ to, text });
                },
              },
            }),
          },
        }),
    });
    this.source = source;
    this.counted = counted;
    this.messages = messages;
  }

  /** The nodes entered so far, in order; those of sub-flows among them. */
  get path(): string[] {
    return this.flowEvents('entered').map(({ node }) => String(node));
  }

  /** Details of `flow` entries of the timeline of one event. */
  flowEvents(event: string): Readonly<Record<string, unknown>>[] {
    return this.timeline.flatMap(({ kind, detail }) => (kind === 'flow' && detail?.event === event ? [detail] : []));
  }

  /** What the caller heard so far, for more than no time: texts that were spoken, keys of audio, frequencies of tones. */
  get heard(): string[] {
    const heard = this.caller.heard.filter(({ startedAt, endedAt }) => endedAt !== startedAt);
    return heard.map(({ sound }) =>
      sound.kind === 'audio' ? sound.key.replace(/^speech:en-US:/, '') : sound.frequencies.join('+'),
    );
  }
}

/** Starts a call that runs a flow. */
export async function flowCall(options: FlowCallOptions): Promise<FlowCall> {
  const call = new FlowCall(options);
  const { language } = options;
  if (options.nodes) await call.source.add(flowId, options.nodes, language === undefined ? {} : { language });
  for (const [name, nodes] of Object.entries(options.flows ?? {})) {
    const [id, version] = name.split('@');
    await call.source.add(id!, nodes, version === undefined ? {} : { version });
  }
  options.before?.(call);
  await call.start();
  return call;
}

function withStart(nodes: readonly object[]): readonly object[] {
  const [first] = nodes as readonly FlowNode[];
  if (!first || nodes.some((node) => (node as FlowNode).kind === 'start')) return nodes;
  return [{ id: 'start', kind: 'start', exits: { next: first.id } }, ...nodes];
}
