import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTestApi, type TestApi } from '@hookswitch/api/test-api/create-test-api.fixture';
import { testFlows } from '@hookswitch/api/test-api/test-flows.fixture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../../examples/flows/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

interface Simulation {
  readonly trace: readonly { readonly detail: Readonly<Record<string, unknown>> }[];
  readonly heard: readonly { readonly text?: string }[];
  readonly contact: Readonly<Record<string, unknown>>;
  readonly messages: readonly unknown[];
}

/** What a caller does, and where the call goes. */
const walks: readonly [file: string, what: string, request: object, path: readonly string[], endCode: string][] = [
  [
    'small-office',
    'presses 1 in the hours and talks to sales',
    { at: '2026-11-23T10:00:00Z', caller: [{ node: 'menu', press: '1' }] },
    ['start', 'hours', 'welcome', 'menu', 'sales', 'bye'],
    'ok',
  ],
  [
    'small-office',
    'calls on a Sunday and leaves a message',
    { at: '2026-11-22T10:00:00Z', caller: [{ node: 'message', afterSeconds: 9, press: '#' }] },
    ['start', 'hours', 'closed', 'message', 'bye'],
    'notWorkTime',
  ],
  [
    'small-office',
    'asks for support, where nobody is online',
    {
      at: '2026-11-23T10:00:00Z',
      caller: [
        { node: 'menu', press: '2' },
        { node: 'message', afterSeconds: 9, press: '#' },
      ],
      queues: [{ node: 'support', result: 'noSeatOnline' }],
    },
    ['start', 'hours', 'welcome', 'menu', 'support', 'message', 'bye'],
    'noSeatOnline',
  ],
  [
    'holiday-closing',
    'calls on Christmas Eve in the afternoon and asks to be called',
    { at: '2026-12-24T13:00:00Z', caller: [{ node: 'closed', press: '1' }] },
    ['start', 'hours', 'closed', 'callMe', 'bye'],
    'notWorkTime',
  ],
  [
    'holiday-closing',
    'calls on Christmas Eve in the morning',
    { at: '2026-12-24T10:00:00Z' },
    ['start', 'hours', 'sales', 'bye'],
    'ok',
  ],
  [
    'order-status',
    'enters an order that was shipped',
    {
      caller: [{ node: 'order', press: '4711#' }],
      answers: [{ node: 'lookUp', body: { status: 'shipped', day: 'Friday' } }],
    },
    ['start', 'order', 'lookUp', 'which', 'shipped', 'again', 'bye'],
    'ivrEnd',
  ],
  [
    'order-status',
    'is connected where the shop cannot be reached',
    { caller: [{ node: 'order', press: '4711#' }] },
    ['start', 'order', 'lookUp', 'which', 'unknown', 'sales', 'bye'],
    'ok',
  ],
  ['survey', 'rates', { caller: [{ node: 'rate', press: '1' }] }, ['start', 'rate', 'bye'], 'ivrEnd'],
  [
    'voicemail',
    'leaves a message',
    { caller: [{ node: 'message', afterSeconds: 9, press: '#' }] },
    ['start', 'message', 'bye'],
    'ivrEnd',
  ],
  [
    'two-groups',
    'waits a minute and leaves a message',
    {
      caller: [
        { node: 'sales', afterSeconds: 64, press: '#' },
        { node: 'message', afterSeconds: 9, press: '#' },
      ],
      queues: [{ node: 'sales', result: 'waits' }],
    },
    ['start', 'sales', 'message', 'bye'],
    'waitingGiveUp',
  ],
];

describe('the example flows', () => {
  let api: TestApi;
  const ids = new Map<string, string>();

  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { 'content-type': 'application/json', authorization: api.tenant.authorization };
    const answer = await fetch(`${api.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    expect(answer.ok, text).toBe(true);
    return JSON.parse(text) as T;
  };

  beforeAll(async () => {
    let flows!: ReturnType<typeof testFlows>;
    api = await createTestApi({ edition: 'premium', operations: (core) => (flows = testFlows(core)).operations });
    for (const [index, name] of ['Sales', 'Support'].entries()) {
      await flows.skillGroups.insert({
        ...{ id: `SG${String(index + 7).repeat(32)}`, name, accountId: api.tenant.account.id, revision: 1 },
        ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
        ...{ description: '', strategy: 'longestIdle', lastServedFirst: false, queuePriority: 0, maxWaiting: 100 },
        overflow: [],
      });
    }
    for (const file of files) {
      const { id } = await post<{ id: string }>('/v1/flows/import', JSON.parse(readFileSync(folder + file, 'utf8')));
      ids.set(file.replace('.json', ''), id);
    }
  });
  afterAll(() => api.close());

  it.each(files)('%s can be published as it is', async (file) => {
    const id = ids.get(file.replace('.json', ''));
    expect(await post(`/v1/flows/${id}/validate`, {})).toEqual({ publishable: true, faults: [] });
    expect(await post(`/v1/flows/${id}/versions`, {})).toMatchObject({ number: '1.0' });
    expect(readFileSync(`${folder}README.md`, 'utf8')).toContain(`](${file})`);
  });

  it.each(walks)('%s: a caller %s', async (name, _, request, path, endCode) => {
    const { trace, contact } = await post<Simulation>(`/v1/flows/${ids.get(name)}/simulations`, request);
    const entered = trace.flatMap(({ detail }) => (detail.event === 'entered' ? [detail.node] : []));
    expect(entered).toEqual(path);
    expect(contact.endCode).toBe(endCode);
  });

  it('order-status speaks what the shop answers', async () => {
    const { heard } = await post<Simulation>(`/v1/flows/${ids.get('order-status')}/simulations`, {
      caller: [{ node: 'order', press: '4711#' }],
      answers: [{ node: 'lookUp', body: { status: 'shipped', day: 'Friday' } }],
    });
    expect(heard.map(({ text }) => text)).toContain('Your order 4711 was shipped and arrives on Friday.');
  });
});
