import type { Schema } from '@hookswitch/openapi/operations';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import { checkPrompt } from './check-prompt.js';
import type { DigitTemplate } from './digit-template.js';
import type { DigitTemplateDeps } from './digit-template-deps.js';

/** @throws ResourceNotFoundError, StaleRecordError */
export async function updateDigitTemplate(
  { digitTemplates, audio, clock }: DigitTemplateDeps,
  accountId: string,
  id: string,
  change: Schema<'UpdateDigitTemplateRequest'>,
): Promise<DigitTemplate> {
  await checkPrompt(audio, accountId, change.prompt);
  const changed = await changeRecord(digitTemplates, clock, accountId, id, (record) => withChange(record, change));
  if (!changed) throw new ResourceNotFoundError('digit collection template', id);
  return changed;
}
