import { describe, expect, it } from 'vitest';
import type { Principal } from '../operation/principal.js';
import { permissionOf } from './permission.js';

const agent = (scopes: string[], ownScopes: string[]) =>
  ({ kind: 'agent', agent: { id: 'AG1' }, scopes, ownScopes }) as unknown as Principal;
const key = (...scopes: string[]) => ({ kind: 'key', scopes }) as unknown as Principal;

describe('what a principal may do', () => {
  const scope = 'agents:read' as const;
  it.each([
    ['a key with the scope', key('agents:read'), null, undefined, 'all'],
    ['a key with every scope', key('*'), null, undefined, 'all'],
    ['a key with another scope', key('agents:write'), 'agentId', 'AG1', 'nothing'],
    ['an agent with the scope', agent(['agents:read'], []), null, 'AG2', 'all'],
    ['an agent with it for itself, about itself', agent([], ['agents:read']), 'agentId', 'AG1', 'own'],
    ['an agent with it for itself, about another', agent([], ['agents:read']), 'agentId', 'AG2', 'nothing'],
    ['an agent with it for itself, about nobody', agent([], ['agents:read']), 'agentId', undefined, 'nothing'],
    ['an agent with it for itself, about two', agent([], ['agents:read']), 'agentId', ['AG1', 'AG2'], 'nothing'],
    ['an agent with it for itself, where the handler looks', agent([], ['agents:read']), 'handler', 'AG2', 'own'],
    ['an agent with it for itself, where nobody looks', agent([], ['agents:read']), null, 'AG1', 'nothing'],
    ['an agent with another scope for itself', agent([], ['agents:write']), 'agentId', 'AG1', 'nothing'],
  ] as const)('%s', (_name, principal, own, named, expected) => {
    const ask = () => permissionOf(principal, { scope, own }, named).onlyAgentId;
    if (expected === 'nothing') expect(ask).toThrow(/agents:read/);
    else expect(ask()).toBe(expected === 'own' ? 'AG1' : undefined);
  });
});
