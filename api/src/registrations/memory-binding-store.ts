import type { Clock } from '@hookswitch/kernel/clock';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import type { BindingStore } from './binding-store.js';

/** Bindings of one process: for tests and the simulation. */
export function createMemoryBindingStore(clock: Clock): BindingStore {
  const endpoints = new Map<string, Map<string, Binding>>();
  const of = (endpointId: string) => {
    const bindings = endpoints.get(endpointId) ?? new Map<string, Binding>();
    endpoints.set(endpointId, bindings);
    return bindings;
  };
  return {
    async list(endpointId) {
      const bindings = of(endpointId);
      for (const [contact, binding] of bindings) if (binding.expiresAt <= clock.now()) bindings.delete(contact);
      return [...bindings.values()].sort((a, b) => a.expiresAt - b.expiresAt || a.contact.localeCompare(b.contact));
    },
    async save(endpointId, binding) {
      of(endpointId).set(binding.contact, binding);
    },
    async remove(endpointId, contact) {
      if (contact === 'all') endpoints.delete(endpointId);
      else of(endpointId).delete(contact);
    },
  };
}
