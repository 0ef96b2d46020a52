import type { Binding } from '@hookswitch/media/port/sip-directory';

/**
 * Where registered phones can be reached. Shared by all nodes; a binding is a lease and is gone when it expires.
 *
 * What must hold: `save` replaces the binding with the same contact; `list` never gives an expired one; two phones that register at once both stay.
 */
export interface BindingStore {
  /** The endpoint's bindings that have not expired, the one that expires first first. */
  list(endpointId: string): Promise<readonly Binding[]>;
  save(endpointId: string, binding: Binding): Promise<void>;
  /** Removes one contact, or all. Removing what is not there is no error. */
  remove(endpointId: string, contact: string | 'all'): Promise<void>;
}
