import type { ActiveCall } from '../active-call.js';

/** Whether a contact of the contact centre placed the call: its rules say who talks to whom. */
export function isOfContact({ parent, talk, call }: ActiveCall): boolean {
  return parent === undefined && talk === undefined && call.direction === 'outbound-dial';
}
