import { BaseError, type FieldError } from '@hookswitch/kernel/base-error';

/** A document that is no script, or a script with faults in it. `fields` points at each, in JSON pointers into the document. */
export class InvalidScriptError extends BaseError {
  constructor(fields: readonly FieldError[], code: 'invalid-script' | 'script-content-type' = 'invalid-script') {
    const [first] = fields;
    const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
    super(
      'invalid',
      code,
      first ? `${first.pointer || 'The script'} ${first.message}${more}` : 'The script is wrong.',
      {
        fields,
      },
    );
  }
}
