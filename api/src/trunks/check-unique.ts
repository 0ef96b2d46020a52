import { overlap } from './inbound-addresses.js';
import type { Trunk } from './trunk.js';
import type { TrunkDeps } from './trunk-deps.js';
import { TrunkAddressTakenError, TrunkUsernameTakenError } from './trunk-errors.js';

const pageSize = 500;

/**
 * An address belongs to one account and a digest user name to one phone or trunk, so that no account takes another's calls.
 * @throws TrunkAddressTakenError, TrunkUsernameTakenError
 */
export async function checkUnique({ trunks, endpoints }: TrunkDeps, trunk: Trunk): Promise<void> {
  const { inboundUsername: username, inboundAddresses: addresses = [] } = trunk;
  if (username !== undefined && (await endpoints.acrossAccounts.findOne({ username })))
    throw new TrunkUsernameTakenError();
  if (addresses.length === 0) return;
  let afterId = '';
  for (;;) {
    const page = await trunks.acrossAccounts.find({}, { limit: pageSize, afterId });
    for (const other of page) {
      if (other.accountId === trunk.accountId) continue;
      for (const [index, address] of addresses.entries()) {
        if (other.inboundAddresses?.some((taken) => overlap(address, taken)))
          throw new TrunkAddressTakenError(address, index);
      }
    }
    if (page.length < pageSize) return;
    afterId = page.at(-1)!.id;
  }
}
