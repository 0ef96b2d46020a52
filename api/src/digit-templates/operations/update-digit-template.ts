import type { OperationHandler } from '../../operation/handler.js';
import type { DigitTemplateDeps } from '../digit-template-deps.js';
import { digitTemplateView } from '../digit-template-view.js';
import { updateDigitTemplate as update } from '../update-digit-template.js';

export function updateDigitTemplate(deps: DigitTemplateDeps): OperationHandler<'updateDigitTemplate'> {
  return async ({ params, body }, context) => ({
    status: 200,
    body: digitTemplateView(await update(deps, context.account.id, params.digitTemplateId, body)),
  });
}
