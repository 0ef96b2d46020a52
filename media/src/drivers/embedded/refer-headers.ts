import { crossingHeaders } from '../../port/crossing-headers.js';
import type { Refer } from '../../port/transfer.js';

/** The headers of a REFER of ours, but for Contact. `target`: the URI that Refer-To holds. */
export function referHeaders(target: string, refer: Refer): [string, string][] {
  const { referredBy, referredByDisplayName, headers = {} } = refer;
  const name = referredByDisplayName === undefined ? '' : `"${referredByDisplayName.replace(/["\\]/g, '\\$&')}" `;
  return [
    ['Refer-To', `<${target}>`],
    ...(referredBy === undefined ? [] : [['Referred-By', `${name}<${referredBy}>`] as [string, string]]),
    ...Object.entries(crossingHeaders(headers)),
  ];
}
