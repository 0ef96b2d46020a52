import type { Schema } from '@hookswitch/openapi/operations';
import type { DigitTemplate } from './digit-template.js';

/** As users see it. */
export function digitTemplateView(digitTemplate: DigitTemplate): Schema<'DigitTemplate'> {
  return {
    id: digitTemplate.id,
    accountId: digitTemplate.accountId,
    name: digitTemplate.name,
    prompt: digitTemplate.prompt,
    digits: digitTemplate.digits,
    fixedLength: digitTemplate.fixedLength,
    finishOnKey: digitTemplate.finishOnKey,
    timeoutSeconds: digitTemplate.timeoutSeconds,
    callbackUrl: digitTemplate.callbackUrl ?? null,
    createdAt: digitTemplate.createdAt,
    updatedAt: digitTemplate.updatedAt,
    revision: digitTemplate.revision,
  };
}
