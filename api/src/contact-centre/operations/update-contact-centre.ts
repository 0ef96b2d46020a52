import type { OperationHandler } from '../../operation/handler.js';
import { centreSettingsView } from '../centre-settings-view.js';
import { type ContactCentreDeps, updateCentreSettings } from '../update-centre-settings.js';

export function updateContactCentre(deps: ContactCentreDeps): OperationHandler<'updateContactCentre'> {
  return async ({ body }, context) => ({
    status: 200,
    body: centreSettingsView(await updateCentreSettings(deps, context.account, body)),
  });
}
