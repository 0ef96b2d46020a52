import { setImmediate as nextTurn } from 'node:timers/promises';
import { type VerbName, verbNames } from '@hookswitch/openapi/verbs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { schemaValidators } from './schema-validators.js';

let validatorOf: ReturnType<typeof schemaValidators> | undefined;

/** The validator of a verb, compiled once from the API description; it also fills defaults in. */
export function verbValidator(name: VerbName): ValidateFunction {
  validatorOf ??= schemaValidators();
  return validatorOf(`${name[0]!.toUpperCase()}${name.slice(1)}Verb`);
}

/** Compiles them all, which takes longer than a call should wait; what is up meanwhile waits for one of them at most. */
export async function prepareScripts(): Promise<void> {
  for (const name of verbNames) {
    verbValidator(name);
    await nextTurn();
  }
}
