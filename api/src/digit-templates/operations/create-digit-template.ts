import type { OperationHandler } from '../../operation/handler.js';
import { createDigitTemplate as create } from '../create-digit-template.js';
import type { DigitTemplateDeps } from '../digit-template-deps.js';
import { digitTemplateView } from '../digit-template-view.js';

export function createDigitTemplate(deps: DigitTemplateDeps): OperationHandler<'createDigitTemplate'> {
  return async ({ body }, context) => ({
    status: 201,
    body: digitTemplateView(await create(deps, context.account, body)),
  });
}
