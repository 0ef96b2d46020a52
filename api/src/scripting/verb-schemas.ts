import { type ApiDocument, readDocument } from '@hookswitch/openapi/document';
import type { VerbName } from '@hookswitch/openapi/verbs';
import { verbNames } from '@hookswitch/openapi/verbs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** One validator a verb, compiled from the API description; it also fills defaults in. */
export type VerbValidators = Readonly<Record<VerbName, ValidateFunction>>;

let compiled: VerbValidators | undefined;

/** The validators of the bundled document, compiled once. */
export function verbValidators(): VerbValidators {
  compiled ??= compile(readDocument());
  return compiled;
}

function compile(document: ApiDocument): VerbValidators {
  // Optimizing the compiled code takes longer at start-up than it ever gives back.
  const ajv = new Ajv2020({
    discriminator: true,
    useDefaults: true,
    verbose: true,
    strictTypes: false,
    code: { optimize: false },
  });
  ajv.addVocabulary(['components']);
  const schemas = JSON.parse(JSON.stringify(document.components.schemas), (key, value) => {
    // ajv knows the values from the branches and takes no mapping. What is no object it lets pass a discriminator.
    if (key === 'discriminator') return { propertyName: value.propertyName };
    return value?.discriminator ? { type: 'object', ...value } : value;
  });
  ajv.addSchema({ $id: 'api', components: { schemas } });
  const entries = verbNames.map((name) => {
    const schema = `${name[0]!.toUpperCase()}${name.slice(1)}Verb`;
    return [name, ajv.compile({ $ref: `api#/components/schemas/${schema}` })] as const;
  });
  return Object.fromEntries(entries) as Record<VerbName, ValidateFunction>;
}
