import type { Schema } from '@hookswitch/openapi/operations';
import type { TrunkRegistrationReport } from '../registrations/trunk-registration-store.js';
import type { Trunk } from './trunk.js';

/** What concerns a user most comes first: a carrier that refuses one node. */
const order = ['failed', 'registered', 'unregistered'] as const;

/** How our registration stands, by what the nodes say. Null for a trunk that keeps none. */
export function trunkRegistrationView(
  trunk: Trunk,
  reports: readonly TrunkRegistrationReport[],
): Schema<'TrunkRegistrationState'> | null {
  if (!trunk.outbound?.register) return null;
  const shown = trunk.enabled
    ? [...reports].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.since - a.since)[0]
    : undefined;
  if (!shown) return { state: 'unregistered', since: null, detail: null };
  return { state: shown.state, since: new Date(shown.since).toISOString(), detail: shown.detail ?? null };
}
