import type { Account } from '../../accounts/index.js';
import { type AudioStore, concurrencyLimit } from '../../audio/index.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import type { FlowDraft } from '../document/flow-document.js';
import type { FlowFaultCode } from '../document/flow-fault.js';
import { parseFlow } from '../document/parse-flow.js';
import type { FlowSource, RunnableFlow } from '../flow.js';
import type { FlowDeps } from '../flow-deps.js';
import { InvalidFlowError } from '../flow-errors.js';
import { readDraft } from '../read-draft.js';
import { validateFlow } from '../validate/validate-flow.js';
import { flowsWithin } from './flows-within.js';
import { simulateFlow } from './simulate-flow.js';
import type { MakeSimulatedEngine } from './simulated-engine.js';
import { type FlowSimulation, planOf, type SimulateFlowRequest } from './simulation.js';

/** What trying flows needs. */
export interface FlowSimulationDeps extends FlowDeps {
  readonly flowSource: FlowSource;
  readonly audio: AudioStore;
  readonly makeSimulatedEngine: MakeSimulatedEngine;
}

/** Simulations in a process at a time, and how many may wait: each takes the processor for up to a second. */
const limit = concurrencyLimit('a simulation', 2, 10);

/** What a draft may lack and be tried all the same; a call would go the same way there as in the simulation. */
const tolerated: ReadonlySet<FlowFaultCode> = new Set([
  'unknown-audio',
  'unknown-skill-group',
  'unknown-agent',
  'unknown-number',
  'unknown-flow',
  'flow-not-published',
  'edition-required',
]);

/**
 * Tries a version of a flow, or its draft.
 * @throws FlowNotFoundError, InvalidRequestError, InvalidFlowError (a draft that could not run), SimulationTooLongError, TooMuchWaitingError
 */
export async function tryFlow(
  deps: FlowSimulationDeps,
  account: Pick<Account, 'id' | 'edition'>,
  flowId: string,
  request: SimulateFlowRequest,
): Promise<FlowSimulation> {
  const { version = 'draft' } = request;
  const flow =
    version === 'draft'
      ? await draftToRun(deps, account, flowId)
      : await deps.flowSource.find(account.id, { flowId, version });
  const flows = await flowsWithin(account.id, flow, deps.flowSource);
  checkNodes(request, flows.all);
  const audioLengths = await lengthsOf(deps.audio, account.id, flows.all);
  const plan = planOf(request, deps.clock.now());
  return limit(() =>
    simulateFlow({ accountId: account.id, flow, flows, audioLengths }, plan, deps.makeSimulatedEngine),
  );
}

async function draftToRun(
  deps: FlowSimulationDeps,
  { id: accountId, edition }: Pick<Account, 'id' | 'edition'>,
  flowId: string,
): Promise<RunnableFlow> {
  const { flow, stored } = await readDraft(deps, accountId, flowId);
  const document = JSON.parse(stored.json) as FlowDraft;
  const { faults } = await validateFlow(document, { accountId, flowId, edition }, deps.flowReferences);
  const severe = faults.filter(({ severity, code }) => severity === 'error' && !tolerated.has(code));
  if (severe.length > 0) throw new InvalidFlowError(severe, document);
  return { flowId, name: flow.name, version: 'draft', flow: await parseFlow(document) };
}

/** A plan for a node that is not there would never come, and nobody would know why. @throws InvalidRequestError */
function checkNodes(request: SimulateFlowRequest, flows: readonly RunnableFlow[]): void {
  const known = (id: string) => flows.some(({ flow }) => flow.nodes.has(id));
  const faults = (['caller', 'answers', 'queues', 'lines'] as const).flatMap((list) =>
    (request[list] ?? []).flatMap(({ node }, index) =>
      node === undefined || known(node)
        ? []
        : [{ pointer: `/${list}/${index}/node`, message: 'is no node of the flow, nor of flows in it' }],
    ),
  );
  if (faults.length > 0) throw new InvalidRequestError(faults);
}

/** Lengths of the audio files that flows name, milliseconds. */
async function lengthsOf(audio: AudioStore, accountId: string, flows: readonly RunnableFlow[]) {
  const ids = new Set(flows.flatMap(audioIdsOf));
  const files = await Promise.all([...ids].map((id) => audio.get(accountId, id)));
  return new Map(files.flatMap((file) => (file ? [[file.id, file.durationMs] as const] : [])));
}

function audioIdsOf({ flow }: RunnableFlow): readonly string[] {
  return [...flow.nodes.values()].flatMap((node) => JSON.stringify(node).match(/\bAU[0-9a-f]{32}\b/g) ?? []);
}
