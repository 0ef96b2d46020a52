import type { Diversion, DiversionForm, DiversionReason } from '../../port/diversion.js';
import { escapeUser, hostText } from '../parse/uri.js';

/** What tells a next hop who sent the call on: a Diversion, or a History-Info that ends with `target`, where the call goes now. */
export function diversionHeaders(
  form: DiversionForm,
  diversions: readonly Diversion[],
  { host, target }: { host: string; target: string },
): [string, string][] {
  if (form === 'none' || diversions.length === 0) return [];
  const uri = ({ user }: Diversion, params = '') => `<sip:${escapeUser(user)}@${hostText(host)}${params}>`;
  if (form === 'diversion') {
    const values = diversions.map((one) => `${uri(one)};reason=${one.reason};counter=${one.times}`);
    return [['Diversion', values.join(', ')]];
  }
  const path = [...diversions].reverse();
  const entries = path.map((one, at) => {
    const before = path[at - 1];
    return before
      ? `${uri(one, cause(before.reason))};index=${indexOf(at)};mp=${indexOf(at - 1)}`
      : `${uri(one)};index=${indexOf(at)}`;
  });
  const last = path.at(-1)!;
  const at = path.length;
  const end = `<${target}${cause(last.reason)}>;index=${indexOf(at)};mp=${indexOf(at - 1)}`;
  return [['History-Info', [...entries, end].join(', ')]];
}

/** `1`, `1.1`, `1.1.1` … (RFC 7044 5.3): each entry follows from the one before. */
function indexOf(at: number): string {
  return Array.from({ length: at + 1 }, () => '1').join('.');
}

/** The `cause` of the entry that was reached for that reason (RFC 7544 6.1.2, table 1). */
function cause(reason: DiversionReason): string {
  return `;cause=${causes[reason] ?? 404}`;
}

const causes: Readonly<Partial<Record<DiversionReason, number>>> = {
  unconditional: 302,
  'no-answer': 408,
  deflection: 480,
  'user-busy': 486,
  unavailable: 503,
};
