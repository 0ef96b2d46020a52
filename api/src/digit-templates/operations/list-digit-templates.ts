import type { OperationHandler } from '../../operation/handler.js';
import type { DigitTemplateDeps } from '../digit-template-deps.js';
import { digitTemplateView } from '../digit-template-view.js';

export function listDigitTemplates({ digitTemplates }: DigitTemplateDeps): OperationHandler<'listDigitTemplates'> {
  return async ({ query: { limit, cursor } }, context) => {
    const page = await digitTemplates.list(context.account.id, { limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(digitTemplateView), nextCursor: page.nextCursor } };
  };
}
