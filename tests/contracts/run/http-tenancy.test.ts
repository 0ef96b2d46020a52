import { createTestApi } from '@hookswitch/api/http/create-test-api';
import { testResources } from '@hookswitch/api/http/test-resources';
import supertest from 'supertest';
import { type Maker, tenancyContract } from '../tenancy.contract.js';

interface Answer {
  readonly id: string;
  readonly account: { readonly id: string };
  readonly apiKey: { readonly id: string };
  readonly endpoint: { readonly id: string };
}

let serial = 0;

/** Posts what `body` gives, which may need a running number to be unique, and picks the id out of the answer. */
function post(path: string, body: (serial: number) => object, pick: (answer: Answer) => string): Maker {
  return async (tenant, api) => {
    const answer = await supertest(api.server)
      .post(path)
      .set('Authorization', tenant.authorization)
      .send(body(++serial))
      .expect(201);
    return pick(answer.body);
  };
}

tenancyContract('accounts, keys, applications, numbers, trunks and endpoints', {
  make: () => createTestApi({ operations: (core) => testResources(core).operations }),
  features: ['accounts', 'applications', 'numbers', 'trunks', 'endpoints'],
  makers: {
    accountId: post(
      '/v1/accounts',
      () => ({ name: 'Branch' }),
      ({ account }) => account.id,
    ),
    apiKeyId: post(
      '/v1/api-keys',
      () => ({ name: 'key' }),
      ({ apiKey }) => apiKey.id,
    ),
    applicationId: post(
      '/v1/applications',
      () => ({ name: 'Menu', scriptUrl: 'https://example.com/voice' }),
      ({ id }) => id,
    ),
    numberId: post(
      '/v1/numbers',
      (n) => ({ number: `+1415555${String(n).padStart(4, '0')}` }),
      ({ id }) => id,
    ),
    trunkId: post(
      '/v1/trunks',
      (n) => ({ name: 'Carrier', inbound: { addresses: [`192.0.2.${n % 250}`] } }),
      ({ id }) => id,
    ),
    endpointId: post(
      '/v1/endpoints',
      (n) => ({ username: `phone-${n}` }),
      ({ endpoint }) => endpoint.id,
    ),
  },
});
