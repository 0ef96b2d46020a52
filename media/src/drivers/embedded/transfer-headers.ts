import type { DialRequest } from '../../port/call-engine.js';

/** What an INVITE says that is made on somebody's wish: in whose place (RFC 3891), on whose wish (RFC 3892). It must not ring beside a call it was to replace. */
export function transferHeaders({ replaces, referredBy }: DialRequest): [string, string][] {
  return [
    ...(replaces === undefined
      ? []
      : ([
          ['Replaces', replaces],
          ['Require', 'replaces'],
        ] as [string, string][])),
    ...(referredBy === undefined ? [] : [['Referred-By', referredBy] as [string, string]]),
  ];
}
