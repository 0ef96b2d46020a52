import type { BindingStore } from '@hookswitch/api/registrations/index';
import type { ProcessClock } from './mortal.js';

/** The bindings of all processes as one of them has them: the store counts by a clock of its own, as Redis does, whatever that of the process says. */
export function inTimesOf(clock: Pick<ProcessClock, 'aheadMs'>, store: BindingStore): BindingStore {
  return {
    list: async (endpointId) =>
      (await store.list(endpointId)).map((each) => ({ ...each, expiresAt: each.expiresAt + clock.aheadMs })),
    save: (endpointId, binding) => store.save(endpointId, { ...binding, expiresAt: binding.expiresAt - clock.aheadMs }),
    remove: (endpointId, contact) => store.remove(endpointId, contact),
  };
}
