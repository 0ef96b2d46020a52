import type { VerbName } from '@hookswitch/openapi/verbs';
import { verbNames } from '@hookswitch/openapi/verbs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { schemaValidators } from './schema-validators.js';

/** One validator a verb, compiled from the API description; it also fills defaults in. */
export type VerbValidators = Readonly<Record<VerbName, ValidateFunction>>;

let compiled: VerbValidators | undefined;

/** The validators of the bundled document, compiled once. */
export function verbValidators(): VerbValidators {
  compiled ??= compile();
  return compiled;
}

function compile(): VerbValidators {
  const validatorOf = schemaValidators();
  const entries = verbNames.map(
    (name) => [name, validatorOf(`${name[0]!.toUpperCase()}${name.slice(1)}Verb`)] as const,
  );
  return Object.fromEntries(entries) as Record<VerbName, ValidateFunction>;
}
