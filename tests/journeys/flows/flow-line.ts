import { heardInOrder, type Stretch } from '../../ear/heard-in-order.js';
import type { Party } from '../../ear/parties.js';
import type { TimelineEntryView, World } from '../world.js';
import type { FlowCentre, FlowCustomer } from './flow-centre.js';

/** The last node of a flow. */
export const end = { id: 'end', kind: 'end' } as const;

/** A node that plays a prompt and goes on. */
export function playing(id: string, prompt: { readonly audioId: string }, next = 'end', more: object = {}) {
  return { id, kind: 'play', audioId: prompt.audioId, exits: { next }, ...more };
}

/** What a customer heard so far, in order, by the stream's own clock. */
export function heardBy({ call }: Pick<FlowCustomer, 'call'>): readonly Stretch[] {
  return heardInOrder(call.media.packets.all.map(({ packet }) => packet));
}

/** Whom of the tones a customer heard so far, in order. */
export function tonesHeardBy(customer: Pick<FlowCustomer, 'call'>): Party[] {
  return heardBy(customer).map(({ party }) => party);
}

/** What a call's `flow` entries of that event tell, so far. */
export async function flowEvents(
  world: World,
  { contactId }: Pick<FlowCustomer, 'contactId'>,
  event: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  const { participants } = await world.api.get<{ participants: { type: string; callId: string }[] }>(
    `/v1/contacts/${contactId}`,
  );
  const timeline = await world.timeline(participants.find(({ type }) => type === 'customer')!.callId);
  return timeline.filter(isFlowEvent(event)).map(({ detail }) => detail!);
}

function isFlowEvent(event: string) {
  return ({ kind, detail }: TimelineEntryView) => kind === 'flow' && detail?.event === event;
}

/** Calls a new line of these nodes. */
export async function callFlow(flows: FlowCentre, nodes: Parameters<FlowCentre['line']>[0]): Promise<FlowCustomer> {
  return flows.call(await flows.line(nodes));
}
