import { SipSyntaxError } from '../sip-errors.js';
import { type Params, parseParams } from './header-values.js';
import { parseHostPort } from './uri.js';

/** One Via value (RFC 3261 20.42). */
export interface Via {
  /** Upper case: `UDP`. */
  readonly transport: string;
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** '' where absent. */
  readonly branch: string;
  readonly params: Params;
  /** As it came. */
  readonly text: string;
}

const protocol = /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9-]+)\s+/i;

/** Reads one Via value. */
export function parseVia(value: string): Via {
  const head = protocol.exec(value);
  if (!head) throw new SipSyntaxError('A Via must start with SIP/2.0/ and a transport.');
  const rest = value.slice(head[0].length);
  const semicolon = rest.indexOf(';');
  const { host, port } = parseHostPort((semicolon < 0 ? rest : rest.slice(0, semicolon)).trim());
  const params: Params = semicolon < 0 ? new Map() : parseParams(rest.slice(semicolon));
  return { transport: head[1]!.toUpperCase(), host, port, branch: params.get('branch') ?? '', params, text: value };
}
