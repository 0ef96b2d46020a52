import type { Schema } from '@hookswitch/openapi/operations';
import type { NumberRule, Trunk, TrunkInbound, TrunkOutbound } from './trunk.js';

/** A trunk as users see it: without its passwords. */
export function trunkView(trunk: Trunk): Schema<'Trunk'> {
  const { id, accountId, name, enabled, inbound, outbound, limits, createdAt, updatedAt, revision } = trunk;
  return {
    id,
    accountId,
    name,
    enabled,
    inbound: inbound ? inboundView(inbound) : null,
    outbound: outbound ? outboundView(outbound) : null,
    limits: { ...limits },
    createdAt,
    updatedAt,
    revision,
  };
}

function inboundView({ addresses, username, numberRules, trustIdentity }: TrunkInbound): Schema<'TrunkInbound'> {
  return { addresses: [...addresses], username: username ?? null, numberRules: copyRules(numberRules), trustIdentity };
}

function outboundView(outbound: TrunkOutbound): Schema<'TrunkOutbound'> {
  return {
    proxies: [...outbound.proxies],
    username: outbound.username ?? null,
    fromHost: outbound.fromHost ?? null,
    assertIdentity: outbound.assertIdentity,
    register: outbound.register ? { ...outbound.register } : null,
    numberRules: copyRules(outbound.numberRules),
    prefixes: [...outbound.prefixes],
  };
}

function copyRules(rules: readonly NumberRule[]): NumberRule[] {
  return rules.map((rule) => ({ ...rule }));
}
