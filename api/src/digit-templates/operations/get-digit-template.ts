import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { DigitTemplateDeps } from '../digit-template-deps.js';
import { digitTemplateView } from '../digit-template-view.js';

export function getDigitTemplate({ digitTemplates }: DigitTemplateDeps): OperationHandler<'getDigitTemplate'> {
  return async ({ params }, context) => {
    const digitTemplate = await digitTemplates.get(context.account.id, params.digitTemplateId);
    if (!digitTemplate) throw new ResourceNotFoundError('digit collection template', params.digitTemplateId);
    return { status: 200, body: digitTemplateView(digitTemplate) };
  };
}
