import { type ApiDocument, readDocument } from '@hookswitch/openapi/document';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';

/** One schema of the document, which may be changed before it is compiled. */
type AdaptSchema = (name: string, schema: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/**
 * Compiles schemas of the API description by name, each when it is first asked for. What is compiled fills defaults in. `allErrors` finds every fault of a value
 * instead of the first, which takes as long as there are faults.
 */
export function schemaValidators(
  options: { readonly allErrors?: boolean; readonly adapt?: AdaptSchema } = {},
  document: ApiDocument = readDocument(),
): (schema: string) => ValidateFunction {
  const { allErrors = false, adapt = (_name, schema) => schema } = options;
  // Optimizing the compiled code takes longer at start-up than it ever gives back.
  const ajv = new Ajv2020({
    discriminator: true,
    useDefaults: true,
    verbose: true,
    strictTypes: false,
    allErrors,
    code: { optimize: false },
  });
  ajv.addVocabulary(['components']);
  ajv.addFormat('date', fullFormats.date);
  ajv.addFormat('date-time', fullFormats['date-time']);
  const schemas = JSON.parse(JSON.stringify(document.components.schemas), (key, value) => {
    // ajv knows the values from the branches and takes no mapping. What is no object it lets pass a discriminator.
    if (key === 'discriminator') return { propertyName: value.propertyName };
    return value?.discriminator ? { type: 'object', ...value } : value;
  }) as Record<string, Readonly<Record<string, unknown>>>;
  const adapted = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, adapt(name, schema)]));
  ajv.addSchema({ $id: 'api', components: { schemas: adapted } });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known) return known;
    const validate = ajv.compile({ $ref: `api#/components/schemas/${schema}` });
    compiled.set(schema, validate);
    return validate;
  };
}
