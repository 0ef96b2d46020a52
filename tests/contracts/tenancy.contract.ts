import type { TestApi, TestTenant } from '@hookswitch/api/test-api/create-test-api.fixture';
import { readDocument } from '@hookswitch/openapi/document';
import { type OperationEntry, type OperationId, operationTable } from '@hookswitch/openapi/operations';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Makes something of an account and returns its id. */
export type Maker = (tenant: TestTenant, api: TestApi) => Promise<string>;

/**
 * No account sees, changes or lists what is another's: generated from the API description for every operation of the given features.
 * @param makers one for each path parameter (`callId`, …), by its name
 */
export function tenancyContract(
  name: string,
  {
    make,
    features,
    makers,
  }: { make: () => Promise<TestApi>; features: readonly string[] | 'all'; makers: Readonly<Record<string, Maker>> },
): void {
  const document = readDocument();
  const operations = (Object.entries(operationTable) as [OperationId, OperationEntry][]).filter(
    ([, entry]) => features === 'all' || features.includes(entry.tag),
  );

  describe(`tenancy: ${name}`, () => {
    let api: TestApi;
    let stranger: TestTenant;
    beforeAll(async () => {
      api = await make();
      // The installation's own account is its first one; a stranger is below another.
      const { account: parent } = await api.newTenant({ name: 'Reseller' });
      stranger = await api.newTenant({ name: 'Stranger', parent });
    });
    afterAll(() => api.close());

    /** Ids of the owner's things, one for each path parameter of an operation. */
    async function owned(entry: OperationEntry): Promise<Map<string, string>> {
      const ids = new Map<string, string>();
      for (const parameter of entry.pathParameters) {
        const maker = makers[parameter];
        if (!maker) throw new Error(`${entry.path}: give tenancyContract a maker for ${parameter}`);
        ids.set(parameter, await maker(api.tenant, api));
      }
      return ids;
    }

    function call(id: OperationId, entry: OperationEntry, ids: ReadonlyMap<string, string>, tenant: TestTenant) {
      const path = entry.path.replace(/\{(\w+)\}/g, (_, parameter: string) => ids.get(parameter)!);
      const request = supertest(api.server)[entry.method](path).set('Authorization', tenant.authorization);
      if (entry.body === 'none') return request;
      const type = entry.contentTypes[0]!;
      return request
        .set('Content-Type', type)
        .send(entry.body === 'json' ? (exampleOf(id, type) as object) : Buffer.alloc(64));
    }

    function exampleOf(id: OperationId, type: string): unknown {
      const { path, method } = operationTable[id];
      const operation = document.paths[path]![method] as {
        requestBody: { content: Record<string, { example: unknown }> };
      };
      return operation.requestBody.content[type]!.example;
    }

    it('has operations to look at', () => {
      expect(operations.length).toBeGreaterThan(0);
    });

    const withIds = operations.filter(([, entry]) => entry.pathParameters.length > 0);
    it.each(withIds)('%s answers 404 to another account’s id, as to one that does not exist', async (id, entry) => {
      const ids = await owned(entry);
      const foreign = await call(id, entry, ids, stranger);
      expect({ status: foreign.status, code: foreign.body.code }).toEqual({ status: 404, code: 'resource-not-found' });
      const absentIds = new Map([...ids].map(([parameter, own]) => [parameter, own.slice(0, 2) + '0'.repeat(32)]));
      const absent = await call(id, entry, absentIds, stranger);
      expect({ status: absent.status, code: absent.body.code }).toEqual({ status: 404, code: 'resource-not-found' });
      const malformed = new Map([...ids].map(([parameter]) => [parameter, 'nonsense']));
      expect((await call(id, entry, malformed, stranger)).status).toBe(404);
      if (entry.method === 'get') expect((await call(id, entry, ids, api.tenant)).status).toBe(200);
    });

    const overviews = operations.filter(
      ([, { method, pathParameters }]) => method === 'get' && pathParameters.length === 0,
    );
    it.each(overviews)('%s shows only one’s own', async (id, entry) => {
      const ids: string[] = [];
      for (const maker of Object.values(makers)) ids.push(await maker(api.tenant, api));
      const mine = await call(id, entry, new Map(), api.tenant).expect(200);
      if (mine.body.items) expect(mine.body.items).not.toEqual([]);
      const theirs = await call(id, entry, new Map(), stranger).expect(200);
      for (const own of ids) expect(theirs.text).not.toContain(own);
      expect(theirs.text).not.toContain(api.tenant.account.id);
    });
  });
}
