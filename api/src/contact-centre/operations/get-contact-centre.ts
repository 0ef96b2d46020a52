import { hasScope } from '../../accounts/index.js';
import type { OperationHandler } from '../../operation/handler.js';
import { centreSettingsView } from '../centre-settings-view.js';
import { readCentreSettings } from '../read-centre-settings.js';
import type { ContactCentreDeps } from '../update-centre-settings.js';

export function getContactCentre({ centreSettings }: ContactCentreDeps): OperationHandler<'getContactCentre'> {
  return async (_request, { account, principal }) => {
    const view = centreSettingsView(await readCentreSettings(centreSettings, account.id));
    if (hasScope(principal, 'contact-centre:write')) return { status: 200, body: view };
    // Addresses of the company's own systems may have their secrets in them.
    const numberProtection = { ...view.numberProtection, mapping: null };
    return { status: 200, body: { ...view, numberProtection, wecomTaskUrl: null } };
  };
}
