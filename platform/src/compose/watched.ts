import type { Probes } from '@hookswitch/api/http/probes';
import type { Backing } from './backing.js';
import type { CallRole } from './call-role.js';

/** What `/readyz` of a process asks: what it stands on, and the call engine where it has one. `more`: what else it can work with less without. */
export function watched(
  backing: Pick<Backing, 'readiness' | 'warnings'>,
  callRole: Pick<CallRole, 'listening'> | undefined,
  more: Backing['warnings'] = {},
): Pick<Probes, 'readiness' | 'warnings'> {
  const { readiness } = backing;
  const warnings = { ...backing.warnings, ...more };
  if (!callRole) return { readiness, warnings };
  const callEngine = async () => {
    if (!callRole.listening) throw new Error('The call engine does not listen: this process starts or stops.');
  };
  return { readiness: { ...readiness, callEngine }, warnings };
}
