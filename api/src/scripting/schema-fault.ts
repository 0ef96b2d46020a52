import type { FieldError } from '@hookswitch/kernel/base-error';
import type { ErrorObject } from 'ajv/dist/2020.js';

/** A complaint of a schema's validator as a pointer and a sentence. `at` is the pointer of the value that was checked. */
export function schemaFault(error: ErrorObject, at: string): FieldError {
  const pointer = at + error.instancePath;
  const { params } = error;
  switch (error.keyword) {
    case 'additionalProperties':
      return { pointer: `${pointer}/${pointerPart(params.additionalProperty)}`, message: 'is not a known field here.' };
    case 'required':
      return { pointer: `${pointer}/${pointerPart(params.missingProperty)}`, message: 'is missing.' };
    case 'enum':
      return { pointer, message: `must be one of ${params.allowedValues.join(', ')}.` };
    case 'discriminator':
      return {
        pointer: `${pointer}/${params.tag}`,
        message: `is not one of those allowed: ${shown(params.tagValue)}.`,
      };
    case 'pattern':
      return { pointer: pointer + nameOf(error), message: `has not the form ${params.pattern}: ${shown(error.data)}.` };
    case 'propertyNames':
      return { pointer: `${pointer}/${pointerPart(params.propertyName)}`, message: 'is not an allowed name.' };
    default:
      return { pointer: pointer + nameOf(error), message: `${error.message}.` };
  }
}

/** A complaint about a field's name names the field. */
function nameOf(error: ErrorObject): string {
  return error.propertyName === undefined ? '' : `/${pointerPart(error.propertyName)}`;
}

/** RFC 6901 section 3. Cut, since it may be anything. */
function pointerPart(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A value in a sentence, cut. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
