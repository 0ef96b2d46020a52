import type { OutboundRegistration } from '@hookswitch/media/port/call-engine';
import type { SecretBox } from '../secrets/index.js';
import type { Trunk, TrunkStore } from './trunk.js';

const pageSize = 500;

/** The carriers that want us registered: one entry for each enabled trunk whose outbound side says so. */
export async function outboundRegistrations(
  trunks: TrunkStore,
  secretBox: SecretBox,
): Promise<readonly OutboundRegistration[]> {
  const found: OutboundRegistration[] = [];
  let afterId: string | undefined;
  for (;;) {
    const page = await trunks.acrossAccounts.find(
      { enabled: true },
      { limit: pageSize, ...(afterId === undefined ? {} : { afterId }) },
    );
    for (const trunk of page) found.push(...registrationOf(trunk, secretBox));
    if (page.length < pageSize) return found;
    afterId = page.at(-1)!.id;
  }
}

function registrationOf({ id, outbound }: Trunk, secretBox: SecretBox): OutboundRegistration[] {
  if (!outbound?.register || outbound.username === undefined || outbound.sealedPassword === undefined) return [];
  const { registrar, expiresSeconds } = outbound.register;
  const credentials = { username: outbound.username, password: secretBox.open(outbound.sealedPassword, id) };
  return [{ trunkId: id, registrar, user: outbound.username, credentials, expiresSeconds }];
}
