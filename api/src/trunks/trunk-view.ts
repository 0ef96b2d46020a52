import type { Schema } from '@hookswitch/openapi/operations';
import type { TrunkRegistrationReport } from '../registrations/trunk-registration-store.js';
import type { NumberRule, Trunk, TrunkInbound, TrunkOutbound } from './trunk.js';
import type { TrunkDeps } from './trunk-deps.js';
import { trunkRegistrationView } from './trunk-registration-view.js';

/** A trunk as users see it: without its passwords. `reports`: how its registration stands. */
export function trunkView(trunk: Trunk, reports: readonly TrunkRegistrationReport[]): Schema<'Trunk'> {
  const { id, accountId, name, enabled, inbound, outbound, limits, createdAt, updatedAt, revision } = trunk;
  return {
    id,
    accountId,
    name,
    enabled,
    inbound: inbound ? inboundView(inbound) : null,
    outbound: outbound ? outboundView(outbound) : null,
    registration: trunkRegistrationView(trunk, reports),
    limits: { ...limits },
    transferMode: trunk.transferMode ?? 'disable-all',
    createdAt,
    updatedAt,
    revision,
  };
}

/** The same, having looked how its registration stands. */
export async function currentTrunkView(
  { registrations }: Pick<TrunkDeps, 'registrations'>,
  trunk: Trunk,
): Promise<Schema<'Trunk'>> {
  return trunkView(trunk, trunk.outbound?.register ? await registrations.list(trunk.id) : []);
}

function inboundView(inbound: TrunkInbound): Schema<'TrunkInbound'> {
  return {
    addresses: [...inbound.addresses],
    username: inbound.username ?? null,
    numberRules: copyRules(inbound.numberRules),
    trustIdentity: inbound.trustIdentity,
    reliableProvisionals: inbound.reliableProvisionals ?? 'on',
  };
}

function outboundView(outbound: TrunkOutbound): Schema<'TrunkOutbound'> {
  return {
    proxies: [...outbound.proxies],
    username: outbound.username ?? null,
    fromHost: outbound.fromHost ?? null,
    assertIdentity: outbound.assertIdentity,
    diversion: outbound.diversion ?? 'none',
    mediaEncryption: outbound.mediaEncryption ?? 'none',
    reliableProvisionals: outbound.reliableProvisionals ?? 'on',
    register: outbound.register ? { ...outbound.register } : null,
    numberRules: copyRules(outbound.numberRules),
    prefixes: [...outbound.prefixes],
  };
}

function copyRules(rules: readonly NumberRule[]): NumberRule[] {
  return rules.map((rule) => ({ ...rule }));
}
