import type { OperationHandler } from '../../http/operation.js';
import { centreSettingsView } from '../centre-settings-view.js';
import { readCentreSettings } from '../read-centre-settings.js';
import type { ContactCentreDeps } from '../update-centre-settings.js';

export function getContactCentre({ centreSettings }: ContactCentreDeps): OperationHandler<'getContactCentre'> {
  return async (_request, context) => ({
    status: 200,
    body: centreSettingsView(await readCentreSettings(centreSettings, context.account.id)),
  });
}
