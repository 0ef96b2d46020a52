import { BaseError } from '@hookswitch/kernel/base-error';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { TransferRequest } from '@hookswitch/media/port/transfer';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { noteOn } from '../note-on.js';
import type { ConsultedParty, CustomerTransfer, HandOnCustomer } from './hand-on-customer.js';
import { standAlone } from './stand-alone.js';
import { transferDestination } from './transfer-destination.js';

/** Why there is nothing to do, and the SIP status that says so. */
interface Refusal {
  readonly status: number;
  readonly why: string;
}

/** Does what an agent's phone asks for that presses "transfer" in a talk of the contact centre: what the API does for the agent, with its rules. */
export async function transferInContact(
  agent: ActiveCall,
  request: TransferRequest,
  handOn: HandOnCustomer,
  deps: CallsDeps,
): Promise<void> {
  const note = (summary: string) => noteOn(agent, deps.timeline)({ kind: 'event', summary });
  const refuse = ({ status, why }: Refusal) => {
    note(`transfer to ${request.to.uri} refused: ${why}`);
    request.refuse(status);
  };
  const wanted = await wantedBy(request, agent, deps);
  if ('why' in wanted) return refuse(wanted);
  const accept = () => {
    note(`transfer to ${request.to.uri} asked for by the far end`);
    request.accept();
  };
  const begun = await handOn(agent, wanted, accept).catch((error: unknown) => refusalOf(error));
  if ('why' in begun) return refuse(begun);
  const status = await begun.over;
  note(status < 300 ? 'transferred' : `the transfer came to nothing (SIP ${status})`);
  request.progress(status);
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof BaseError) || error.kind === 'bug') throw error;
  const { kind, code, message: why } = error;
  if (kind === 'not_found') return { status: 404, why };
  if (kind === 'forbidden') return { status: 403, why };
  if (kind === 'limit') return { status: 503, why };
  return { status: code === 'agent-unavailable' ? 480 : 603, why };
}

async function wantedBy(
  { to }: TransferRequest,
  agent: ActiveCall,
  deps: CallsDeps,
): Promise<CustomerTransfer | Refusal> {
  if (to.replaces !== undefined) {
    const named = deps.engine.legNamed(to.replaces);
    if ('status' in named) return { status: named.status, why: 'it names no call of this node that could be taken' };
    const consulted = consultedIn(named.leg, agent, deps);
    return consulted
      ? { kind: 'attended', to: consulted }
      : { status: 603, why: 'it names a call in which the phone talks to nobody whom it has called' };
  }
  const destination = transferDestination(to);
  if (destination?.kind === 'number') {
    const { number } = destination;
    return { kind: 'blind', to: /^[1-9]\d*$/.test(to.user) ? { number, name: to.user } : { number } };
  }
  if (destination?.kind !== 'endpoint')
    return { status: 404, why: 'customers are handed on to agents, groups and numbers' };
  const endpointId = await phoneNamed(destination.endpoint, agent, deps);
  return { kind: 'blind', to: { name: destination.endpoint, ...(endpointId === undefined ? {} : { endpointId }) } };
}

async function phoneNamed(
  endpoint: string,
  { accountId, call }: ActiveCall,
  deps: CallsDeps,
): Promise<string | undefined> {
  const destination = { kind: 'endpoint', endpoint } as const;
  try {
    return (await deps.routing.routeOutbound({ accountId, destination, from: call.from })).endpointId;
  } catch (error) {
    if (error instanceof BaseError && error.kind !== 'bug') return undefined;
    throw error;
  }
}

/** Whom the agent's phone talks to in that call of its own; undefined where it is nobody whom that has dialled. */
function consultedIn(leg: LiveCall, agent: ActiveCall, { registry }: CallsDeps): ConsultedParty | undefined {
  const other = registry.get(leg.id);
  const asked = other?.talk?.otherThan(leg);
  const consulted = asked && registry.get(asked.id);
  if (!other || !consulted || other.accountId !== agent.accountId || !other.children.has(consulted)) return undefined;
  const { endpointId } = consulted.call;
  return {
    callId: consulted.id,
    leg: consulted.leg,
    called: consulted.call.to,
    ...(endpointId === undefined ? {} : { endpointId }),
    take() {
      if (!other.talk?.handOver(leg)?.releases()) return false;
      standAlone(consulted);
      leg.hangUp({ by: 'local', reason: 'hangup' });
      return true;
    },
  };
}
