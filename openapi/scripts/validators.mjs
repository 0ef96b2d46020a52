import { Ajv2020 } from 'ajv/dist/2020.js';
import { _ } from 'ajv/dist/compile/codegen/index.js';
import standalone from 'ajv/dist/standalone/index.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';

// The validators of verbs and flow nodes as code, so that no start of the platform compiles them: that took 0.35 s of CPU.

/** The validators of verbs, which fill defaults in. They stop at the first fault. */
export function verbValidators(document, verbNames) {
  const schemaOf = (name) => `${capitalized(name)}Verb`;
  return validatorsModule(document, verbNames, schemaOf, 'verbValidators', [
    "import type { VerbName } from './verbs.js';",
    'VerbName',
  ]);
}

/** The same of kinds of flow nodes. A prompt in them that names no language is spoken in the flow's, not in that of scripts. `allErrors` finds every fault of a node, which takes as long as there are faults. */
export function flowNodeValidators(document, kinds, name, allErrors) {
  const schemaOf = (kind) => `${capitalized(kind)}FlowNode`;
  const type = ["import type { FlowNodeKind } from './flow-nodes.js';", 'FlowNodeKind'];
  return validatorsModule(withoutLanguage(document), kinds, schemaOf, name, type, allErrors);
}

function validatorsModule(document, keys, schemaOf, name, [importType, keyType], allErrors = false) {
  const ajv = new Ajv2020({
    discriminator: true,
    useDefaults: true,
    verbose: true,
    strictTypes: false,
    allErrors,
    code: { source: true, esm: true, formats: _`fullFormats` },
  });
  ajv.addVocabulary(['components']);
  ajv.addFormat('date', fullFormats.date);
  ajv.addFormat('date-time', fullFormats['date-time']);
  ajv.addSchema({ $id: 'api', components: { schemas: forAjv(document.components.schemas) } });
  for (const key of keys) ajv.addSchema({ $id: key, $ref: `api#/components/schemas/${schemaOf(key)}` });
  const code = standalone.default(ajv, Object.fromEntries(keys.map((key) => [schemaOf(key), key])));
  const { text, imports } = withImports(code.replaceAll(/export const (\w+) = /g, 'const $1 = '));
  return `// @ts-nocheck
// @generated from openapi/ by openapi/scripts/generate.mjs
import type { ValidateFunction } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
${importType}
${imports.join('\n')}
${text}

export const ${name}: Readonly<Record<${keyType}, ValidateFunction>> = {
${keys.map((key) => `  ${key}: ${schemaOf(key)},`).join('\n')}
};
`;
}

/** ajv asks for its helpers by `require`, in ES modules too. What such an import gives is the module in Node.js, and its default in vitest. */
function withImports(code) {
  const helpers = new Map();
  const text = code.replaceAll(/require\("(ajv\/dist\/runtime\/(\w+))"\)\.default/g, (_call, path, helper) => {
    helpers.set(helper, path);
    return `(${helper}.default ?? ${helper})`;
  });
  if (text.includes('require(')) throw new Error('ajv requires something that validators.mjs does not know');
  return { text, imports: [...helpers].map(([helper, path]) => `import ${helper} from '${path}.js';`) };
}

function forAjv(schemas) {
  return JSON.parse(JSON.stringify(schemas), (key, value) => {
    // ajv knows the values from the branches and takes no mapping. What is no object it lets pass a discriminator.
    if (key === 'discriminator') return { propertyName: value.propertyName };
    return value?.discriminator ? { type: 'object', ...value } : value;
  });
}

function withoutLanguage(document) {
  const changed = structuredClone(document);
  delete changed.components.schemas.SayVerb.properties.language.default;
  return changed;
}

function capitalized(name) {
  return name[0].toUpperCase() + name.slice(1);
}
