import type { Schema } from '@hookswitch/openapi/operations';
import { type Account, EditionRequiredError } from '../accounts/index.js';
import { timestamp } from '../store/timestamp.js';
import { checkPrompt } from './check-prompt.js';
import type { DigitTemplate } from './digit-template.js';
import type { DigitTemplateDeps } from './digit-template-deps.js';

/** @throws EditionRequiredError, DuplicateRecordError when the account has one of that name, InvalidRequestError */
export async function createDigitTemplate(
  { digitTemplates, audio, clock, newId }: DigitTemplateDeps,
  account: Pick<Account, 'id' | 'edition'>,
  request: Schema<'CreateDigitTemplateRequest'>,
): Promise<DigitTemplate> {
  if (account.edition !== 'premium') throw new EditionRequiredError('Collecting digits during a talk');
  await checkPrompt(audio, account.id, request.prompt);
  const now = timestamp(clock);
  const template: DigitTemplate = {
    id: newId('DT'),
    accountId: account.id,
    name: request.name,
    prompt: request.prompt,
    digits: request.digits,
    fixedLength: request.fixedLength ?? false,
    finishOnKey: request.finishOnKey ?? '#',
    timeoutSeconds: request.timeoutSeconds ?? 10,
    ...(request.callbackUrl && { callbackUrl: request.callbackUrl }),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await digitTemplates.insert(template);
  return template;
}
