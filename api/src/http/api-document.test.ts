import { readDocument } from '@hookswitch/openapi/document';
import { errorCatalogue } from '@hookswitch/openapi/error-codes';
import { operationTable } from '@hookswitch/openapi/operations';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

interface Media {
  readonly schema?: { readonly $ref?: string };
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly 'x-scope'?: string;
  readonly 'x-error-codes': readonly string[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, Media> }>;
}

const document = readDocument();
const operations = Object.values(document.paths).flatMap((item) => Object.values(item) as unknown as Operation[]);
const named = operations.map((operation) => [operation.operationId, operation] as const);

describe('the API description', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (target: Ajv2020) => void)(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  const faultsOf = (name: string, value: unknown) => {
    const validate = ajv.getSchema(`document#/components/schemas/${name}`);
    if (!validate) return `there is no schema ${name}`;
    return validate(value) ? '' : ajv.errorsText(validate.errors);
  };

  it('gives every operation and webhook a name of its own', () => {
    const webhooks = Object.values(document.webhooks).flatMap((item) => Object.values(item) as unknown as Operation[]);
    const ids = [...operations, ...webhooks].map(({ operationId }) => operationId);
    expect(ids.every((id) => /^[a-z][A-Za-z0-9]+$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(operations.map(({ operationId }) => operationId))).toEqual(new Set(Object.keys(operationTable)));
  });

  it.each(named)(
    '%s names its schemas and shows an example of every JSON body that fits',
    (_id, { requestBody, responses }) => {
      const bodies = [requestBody, ...Object.values(responses)].flatMap((body) => {
        const media = body?.content?.['application/json'] ?? body?.content?.['application/problem+json'];
        return media ? [media] : [];
      });
      for (const { schema, example } of bodies) {
        expect(schema?.$ref).toMatch(/^#\/components\/schemas\/\w+$/);
        expect(faultsOf(schema!.$ref!.split('/').at(-1)!, example)).toBe('');
      }
    },
  );

  it.each(named)('%s declares its errors, each under the status of its code', (_id, operation) => {
    const withCredentials = operation['x-scope'] === undefined ? [] : ['authentication-failed', 'scope-missing'];
    for (const code of [...withCredentials, 'invalid-request', 'rate-limited', 'internal-error']) {
      expect(operation['x-error-codes']).toContain(code);
    }
    for (const code of operation['x-error-codes']) {
      const { status } = errorCatalogue[code as keyof typeof errorCatalogue];
      expect(operation.responses[status]?.description).toContain(`\`${code}\``);
      expect(operation.responses[status]?.content).toHaveProperty(['application/problem+json']);
    }
  });

  it('uses no bare const, which some generators refuse', () => {
    expect(JSON.stringify(document.components.schemas)).not.toMatch(/"const":/);
  });

  it.each(Object.keys(document.components.schemas))('schema %s compiles, and its examples fit', (name) => {
    const { examples = [] } = document.components.schemas[name] as { examples?: unknown[] };
    expect(examples.map((example) => faultsOf(name, example)).filter(Boolean)).toEqual([]);
    expect(ajv.getSchema(`document#/components/schemas/${name}`)).toBeTypeOf('function');
  });

  it('lets an event be told by its type and a verb by its name', () => {
    for (const union of Object.values(document.components.schemas)) {
      const { discriminator, oneOf } = union as {
        discriminator?: { propertyName: string; mapping: Record<string, string> };
        oneOf?: { $ref: string }[];
      };
      if (!discriminator) continue;
      expect(Object.values(discriminator.mapping).toSorted()).toEqual(oneOf!.map(({ $ref }) => $ref).toSorted());
      for (const [value, reference] of Object.entries(discriminator.mapping)) {
        const branch = document.components.schemas[reference.split('/').at(-1)!] as {
          properties: Record<string, unknown>;
          required: string[];
        };
        expect(branch.properties[discriminator.propertyName]).toMatchObject({ type: 'string', enum: [value] });
        expect(branch.required).toContain(discriminator.propertyName);
      }
    }
  });
});
