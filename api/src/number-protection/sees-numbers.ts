import { hasScope } from '../accounts/index.js';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { RequestContext } from '../operation/handler.js';

/** Programs, and people who may read every call, see customers' numbers whole; agents see them as the centre's settings say. */
export function seesNumbers({ principal }: Pick<RequestContext, 'principal'>): boolean {
  return principal.kind === 'key' || hasScope(principal, 'calls:read');
}

/** Whether it may be asked what there is of a number: by those who see numbers, and by agents where none is hidden from them. */
export async function maySearchNumbers(settingsOf: CentreSettingsOf, context: RequestContext): Promise<boolean> {
  if (seesNumbers(context)) return true;
  const { inbound, outbound } = (await settingsOf(context.account.id)).numberProtection;
  return inbound === 'off' && outbound === 'off';
}
