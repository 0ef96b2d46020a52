/**
 * Rules that keep other languages' generators and our own promises whole (docs: openapi/README.md). Returns a sentence for every breach.
 * @param {object} document the bundled document
 * @returns {string[]}
 */
export function checkRules(document) {
  const faults = [];
  const schemas = document.components.schemas;

  walk(document, '#', (value, at) => {
    if (Object.hasOwn(value, 'const') && !at.includes('/example'))
      faults.push(`${at}: use a one-value enum instead of const; some generators refuse const`);
    if (typeof value.$ref === 'string' && !exists(document, value.$ref))
      faults.push(`${at}: ${value.$ref} does not exist`);
  });

  const ids = new Set();
  for (const [kind, items] of Object.entries({ paths: document.paths, webhooks: document.webhooks })) {
    for (const [path, item] of Object.entries(items)) {
      for (const [method, operation] of Object.entries(item)) {
        const at = `${method} ${path}`;
        if (!operation.operationId) faults.push(`${at}: has no operationId`);
        if (ids.has(operation.operationId)) faults.push(`${at}: operationId ${operation.operationId} is taken`);
        ids.add(operation.operationId);
        if (kind === 'paths') checkOperation(operation, faults);
      }
    }
  }

  for (const [name, schema] of Object.entries(schemas)) {
    if (!schema.description) faults.push(`schema ${name}: has no description`);
    if (schema.discriminator) {
      for (const branch of schema.oneOf ?? []) {
        const target = schemas[branch.$ref?.split('/').at(-1)];
        const property = target?.properties?.[schema.discriminator.propertyName];
        if (property?.type !== 'string' || property.enum?.length !== 1) {
          faults.push(
            `schema ${name}: ${branch.$ref} needs ${schema.discriminator.propertyName} as type string with a one-value enum`,
          );
        }
      }
    }
    if (name.endsWith('Request') && schema.type === 'object' && schema.additionalProperties !== false) {
      faults.push(`schema ${name}: set additionalProperties: false, so that a misspelt field is an error`);
    }
  }
  return faults;
}

function checkOperation(operation, faults) {
  const id = operation.operationId;
  const responses = Object.entries(operation.responses);
  if (!responses.some(([status]) => status.startsWith('4'))) faults.push(`${id}: declares no errors`);
  const bodies = [
    ['request body', operation.requestBody],
    ...responses.map(([status, response]) => [`response ${status}`, response]),
  ];
  for (const [what, body] of bodies) {
    const media = body?.content?.['application/json'];
    if (!media) continue;
    if (!media.schema?.$ref) faults.push(`${id}: ${what} has an inline schema; give it a name under openapi/schemas/`);
    if (media.example === undefined && media.examples === undefined) {
      faults.push(`${id}: ${what} has no example; write 'examples:' in its schema's file`);
    }
  }
}

function walk(value, at, visit) {
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) walk(member, `${at}/${index}`, visit);
  } else if (value !== null && typeof value === 'object') {
    visit(value, at);
    for (const [key, member] of Object.entries(value)) walk(member, `${at}/${key}`, visit);
  }
}

function exists(document, reference) {
  let at = document;
  for (const part of reference.slice(2).split('/')) at = at?.[part.replace(/~1/g, '/').replace(/~0/g, '~')];
  return at !== undefined;
}
