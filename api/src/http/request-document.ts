import type { ApiDocument } from '@hookswitch/openapi/document';

const reference = /"\$ref":"#\/components\/([^/"]+)\/([^"]+)"/g;
const forReaders = new Set(['example', 'examples', 'description', 'summary', 'discriminator']);

/**
 * A copy of the document with what checking requests needs and nothing else: no responses, webhooks, examples or discriminators, and only those components that a request refers
 * to. The validator library compiles every schema it is shown at start-up, so what it is not shown costs nothing.
 */
export function requestDocument({ openapi, info, paths, components }: ApiDocument): ApiDocument {
  const operations = mapValues(paths, (item) =>
    mapValues(item, ({ operationId, parameters, requestBody }) => ({
      operationId,
      ...(parameters !== undefined && { parameters }),
      ...(requestBody !== undefined && { requestBody }),
      responses: { default: { description: '' } },
    })),
  );
  const groups = components as Record<string, Record<string, unknown>>;
  const needed: Record<string, Record<string, unknown>> = {};
  const pending = [JSON.stringify(operations)];
  for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
    for (const [, group, name] of text.matchAll(reference)) {
      const kept = (needed[group!] ??= {});
      if (Object.hasOwn(kept, name!)) continue;
      kept[name!] = groups[group!]?.[name!];
      pending.push(JSON.stringify(kept[name!]));
    }
  }
  return plain({ openapi, info, paths: operations, components: needed }) as unknown as ApiDocument;
}

/** A copy without what only readers need. A property that happens to be called so (under `properties`) stays. */
function plain(value: unknown, underProperties = false): unknown {
  if (Array.isArray(value)) return value.map((member) => plain(member));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => underProperties || !forReaders.has(name) || (name === 'description' && member === ''))
      .map(([name, member]) => [name, plain(member, !underProperties && name === 'properties')]),
  );
}

function mapValues<From, To>(map: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}
