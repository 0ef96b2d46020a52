import type { TargetNamer } from '../../port/address-policy.js';
import type { SipTarget, Transport } from '../../sip/flow.js';
import type { LocatedServer, ServerName } from '../../sip/locate/locate-servers.js';
import { parseUri } from '../../sip/parse/uri.js';

/** Asks where a server is, and what forbids sending to an address. */
export interface HopFinder {
  locate(server: ServerName): Promise<readonly LocatedServer[]>;
  refusal(target: SipTarget, address: string): string | undefined;
}

/**
 * The next hops a URI names, in the order to try (RFC 3263): none where one of its addresses is forbidden. Each has the address that was looked at, so that a
 * name which changes its mind gains nothing (DNS rebinding); on TLS, and the name its certificate must have.
 */
export async function findHop(
  uri: string,
  namedBy: TargetNamer | undefined,
  { locate, refusal }: HopFinder,
): Promise<{ readonly targets: readonly SipTarget[]; readonly denied?: string }> {
  const server = serverOf(uri);
  const targets = (await locate(server)).map((each) => ({ ...each, namedBy: namedBy ?? ('anybody' as const) }));
  for (const target of targets) {
    const what = refusal(target, target.address);
    if (what !== undefined) {
      return { targets: [], denied: target.address === server.host ? what : `${server.host} is at ${what}` };
    }
  }
  return { targets };
}

/** What a URI says of its server. A transport we do not know counts as none. */
export function serverOf(uri: string): ServerName {
  const { scheme, host, port, params } = parseUri(uri);
  const asked = params.get('transport')?.toLowerCase();
  const transport = known.find((each) => each === asked);
  return { host, port, transport, secure: scheme === 'sips' };
}

const known: readonly Transport[] = ['udp', 'tcp', 'tls', 'ws'];
