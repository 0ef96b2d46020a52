import type { TargetNamer } from '@hookswitch/media/port/address-policy';
import type { OutboundRegistration } from '@hookswitch/media/port/call-engine';
import type { SecretBox } from '../secrets/index.js';
import { enabledTrunks } from './enabled-trunks.js';
import type { Trunk, TrunkStore } from './trunk.js';

/** Whose trunks are the installation's own: the account that none stands above. */
interface Accounts {
  readonly acrossAccounts: { get(id: string): Promise<{ readonly ancestorIds: readonly string[] } | undefined> };
}

/** The carriers that want us registered: one entry for each enabled trunk whose outbound side says so. */
export async function outboundRegistrations(
  trunks: TrunkStore,
  accounts: Accounts,
  secretBox: SecretBox,
): Promise<readonly OutboundRegistration[]> {
  const found: OutboundRegistration[] = [];
  for await (const trunk of enabledTrunks(trunks)) {
    if (!trunk.outbound?.register) continue;
    const account = await accounts.acrossAccounts.get(trunk.accountId);
    const namedBy = account?.ancestorIds.length === 0 ? 'installation' : 'anybody';
    found.push(...registrationOf(trunk, namedBy, secretBox));
  }
  return found;
}

function registrationOf({ id, outbound }: Trunk, namedBy: TargetNamer, secretBox: SecretBox): OutboundRegistration[] {
  if (!outbound?.register || outbound.username === undefined || outbound.sealedPassword === undefined) return [];
  const { registrar, expiresSeconds } = outbound.register;
  const credentials = { username: outbound.username, password: secretBox.open(outbound.sealedPassword, id) };
  return [{ trunkId: id, registrar, user: outbound.username, credentials, expiresSeconds, namedBy }];
}
