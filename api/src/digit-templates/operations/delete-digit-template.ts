import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { DigitTemplateDeps } from '../digit-template-deps.js';

export function deleteDigitTemplate({ digitTemplates }: DigitTemplateDeps): OperationHandler<'deleteDigitTemplate'> {
  return async ({ params }, context) => {
    if (!(await digitTemplates.remove(context.account.id, params.digitTemplateId))) {
      throw new ResourceNotFoundError('digit collection template', params.digitTemplateId);
    }
    return { status: 204 };
  };
}
