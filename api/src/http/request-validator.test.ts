import { readDocument } from '@hookswitch/openapi/document';
import { type OperationId, operationTable } from '@hookswitch/openapi/operations';
import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { requestValidators } from './request-validator.js';

describe('what checks the requests of an operation is made at its first request', () => {
  const validators = requestValidators(readDocument());

  it.each(Object.keys(operationTable) as OperationId[])('%s', async (id) => {
    const { method, path, contentTypes } = operationTable[id];
    const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!);
    const asked = path.replaceAll(/\{[^}]+\}/g, 'nothing');
    const request = {
      method: method.toUpperCase(),
      path: asked,
      baseUrl: '',
      originalUrl: asked,
      app: { enabled: () => false },
      headers: { 'content-type': contentTypes[0] ?? 'application/json' },
      query: { unknown: 'yes' },
      params: Object.fromEntries(names.map((name) => [name, 'nothing'])),
      body: {},
    };
    const refusal = await validators(path)(request as unknown as Request, {} as Response).catch((error) => error);
    // A query that the operation does not know is refused whatever else is there. A fault of the description, or of ours, would be something else.
    expect(refusal).toMatchObject({ status: 400 });
  });
});
