import type { Agent } from '../agents/index.js';
import type { RingPlan } from '../contact-centre/centre-settings.js';

/** Where an agent can be rung. */
export type AgentEndpoint =
  | {
      readonly kind: 'phone';
      readonly endpointId: string;
      readonly type: 'staffSeat' | 'staffExtensionSeat' | 'miniProgramSeat';
    }
  | { readonly kind: 'mobile'; readonly number: string; readonly type: 'staffPhoneSeat' };

/** What rings for an agent who calls out, before whom it calls (SOFTOUT-05); undefined where it has no such phone. */
export function callOutEndpoint(
  { endpointId, phone, mobileCallOut }: Pick<Agent, 'endpointId' | 'phone' | 'mobileCallOut'>,
  clientConnected: boolean,
  overMobile: boolean = mobileCallOut,
): AgentEndpoint | undefined {
  if (overMobile) return phone === undefined ? undefined : { kind: 'mobile', number: phone, type: 'staffPhoneSeat' };
  if (endpointId === undefined) return undefined;
  return { kind: 'phone', endpointId, type: clientConnected ? 'staffSeat' : 'staffExtensionSeat' };
}

/**
 * What rings for an agent, in rounds: those of one round at once, the next round after it. The bound SIP phone stands for the agent's client where one is connected, else it is a desk phone. The mobile
 * rings always, only while no client is connected, or never (SOFTIN-02).
 */
export function chooseEndpoints(
  { endpointId, phone, mobileAnswer }: Pick<Agent, 'endpointId' | 'phone' | 'mobileAnswer'>,
  clientConnected: boolean,
  order: RingPlan['order'] = 'atOnce',
): readonly (readonly AgentEndpoint[])[] {
  const endpoints: AgentEndpoint[] = [];
  if (endpointId !== undefined) {
    endpoints.push({ kind: 'phone', endpointId, type: clientConnected ? 'staffSeat' : 'staffExtensionSeat' });
  }
  const mobileRings = mobileAnswer === 'always' || (mobileAnswer === 'whenOffline' && !clientConnected);
  if (phone !== undefined && mobileRings) endpoints.push({ kind: 'mobile', number: phone, type: 'staffPhoneSeat' });
  if (endpoints.length === 0) return [];
  if (order === 'atOnce') return [endpoints];
  const rounds = endpoints.map((endpoint) => [endpoint]);
  return order === 'phoneFirst' ? rounds : rounds.reverse();
}
