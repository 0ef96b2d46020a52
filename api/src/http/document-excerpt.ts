import type { ApiDocument } from '@hookswitch/openapi/document';

const reference = /"\$ref":"#\/components\/([^/"]+)\/([^"]+)"/g;

/** A copy of the document with one path, without examples, and with only those components that the path needs. */
export function excerpt(document: ApiDocument, path: string): ApiDocument {
  const item = document.paths[path];
  if (!item) throw new Error(`the API description has no path ${path}`);
  const components = document.components as Record<string, Record<string, unknown>>;
  const needed: Record<string, Record<string, unknown>> = {};
  const pending = [JSON.stringify(item)];
  for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
    for (const [, kind, name] of text.matchAll(reference)) {
      const group = (needed[kind!] ??= {});
      if (Object.hasOwn(group, name!)) continue;
      group[name!] = components[kind!]?.[name!];
      pending.push(JSON.stringify(group[name!]));
    }
  }
  const { openapi, info } = document;
  return structuredClone({
    openapi,
    info,
    paths: { [path]: item },
    webhooks: {},
    components: needed,
  }) as unknown as ApiDocument;
}
