import type { OperationHandlers } from '../../operation/handler.js';
import type { DigitTemplateDeps } from '../digit-template-deps.js';
import { createDigitTemplate } from './create-digit-template.js';
import { deleteDigitTemplate } from './delete-digit-template.js';
import { getDigitTemplate } from './get-digit-template.js';
import { listDigitTemplates } from './list-digit-templates.js';
import { updateDigitTemplate } from './update-digit-template.js';

/** The HTTP face of digit collection templates. */
export function digitTemplateOperations(deps: DigitTemplateDeps) {
  return {
    createDigitTemplate: createDigitTemplate(deps),
    listDigitTemplates: listDigitTemplates(deps),
    getDigitTemplate: getDigitTemplate(deps),
    updateDigitTemplate: updateDigitTemplate(deps),
    deleteDigitTemplate: deleteDigitTemplate(deps),
  } satisfies Partial<OperationHandlers>;
}
