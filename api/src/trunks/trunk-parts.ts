import type { FieldError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import { InvalidRequestError } from '../operation/request-errors.js';
import type { SecretBox } from '../secrets/index.js';
import { addressFaults } from './inbound-addresses.js';
import type { TrunkInbound, TrunkOutbound } from './trunk.js';

/**
 * The inbound part as it is stored. A password left away stays the former one's while the user name is the same.
 * @throws InvalidRequestError
 */
export function inboundPart(
  request: Schema<'TrunkInboundRequest'>,
  former: TrunkInbound | undefined,
  seal: { secretBox: SecretBox; trunkId: string },
): TrunkInbound {
  const { addresses = [], numberRules = [], trustIdentity = false, reliableProvisionals = 'on' } = request;
  const credentials = sealedCredentials('/inbound', request, former, seal);
  const faults: FieldError[] = addressFaults(addresses);
  if (addresses.length === 0 && !credentials.username) {
    faults.push({ pointer: '/inbound', message: 'must name addresses, a user name with a password, or both' });
  }
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return { addresses, ...credentials, numberRules, trustIdentity, reliableProvisionals };
}

/** The outbound part as it is stored; passwords as with the inbound one. @throws InvalidRequestError */
export function outboundPart(
  request: Schema<'TrunkOutboundRequest'>,
  former: TrunkOutbound | undefined,
  seal: { secretBox: SecretBox; trunkId: string },
): TrunkOutbound {
  const { proxies, fromHost, assertIdentity = false, register, numberRules = [], prefixes = [] } = request;
  const { diversion = 'none', mediaEncryption = 'none', reliableProvisionals = 'on' } = request;
  const credentials = sealedCredentials('/outbound', request, former, seal);
  if (register && !credentials.username) {
    throw new InvalidRequestError([{ pointer: '/outbound/username', message: 'is needed to register' }]);
  }
  return {
    proxies,
    ...credentials,
    ...(fromHost && { fromHost }),
    assertIdentity,
    diversion,
    mediaEncryption,
    reliableProvisionals,
    ...(register && { register: { registrar: register.registrar, expiresSeconds: register.expiresSeconds ?? 600 } }),
    numberRules,
    prefixes,
  };
}

function sealedCredentials(
  pointer: string,
  request: { readonly username?: string | null | undefined; readonly password?: string | undefined },
  former: { readonly username?: string; readonly sealedPassword?: string } | undefined,
  { secretBox, trunkId }: { secretBox: SecretBox; trunkId: string },
): { readonly username?: string; readonly sealedPassword?: string } {
  const { username, password } = request;
  if (!username) {
    if (password === undefined) return {};
    throw new InvalidRequestError([{ pointer: `${pointer}/username`, message: 'is needed with a password' }]);
  }
  const kept = former?.username === username ? former.sealedPassword : undefined;
  const sealedPassword = password === undefined ? kept : secretBox.seal(password, trunkId);
  if (sealedPassword === undefined) {
    throw new InvalidRequestError([{ pointer: `${pointer}/password`, message: 'is needed with a user name' }]);
  }
  return { username, sealedPassword };
}
