import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { noMedia } from '@hookswitch/media/port/live-call';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../call-records/call.js';
import { relayIdOf } from '../relays/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';
import { buildCdr, CallNotOverError } from './build-cdr.js';
import { csvColumns } from './cdr-csv.js';
import { type CdrRecord, cdrCollection, fromRecord, keepCdrs, toRecord } from './cdr-record.js';
import { cdrOperations } from './operations/index.js';

const newId = idMaker(new ManualClock(), seededRandom(1));
const t0 = Date.UTC(2026, 10, 23, 9, 30);

function finalCall(more: Partial<Call> = {}): Call {
  return {
    id: newId('CA'),
    accountId: newId('AC'),
    contactId: newId('CN'),
    direction: 'inbound',
    from: '+14155550100',
    to: '+14155550101',
    status: 'completed',
    nodeId: 'node-1',
    scriptRevision: 1,
    createdAt: t0,
    ringingAt: t0,
    answeredAt: t0 + 1200,
    endedAt: t0 + 42_700,
    termination: { result: 'completed', by: 'remote', reason: 'hangup', q850: 16 },
    media: { ...noMedia, codec: 'PCMU', packetsReceived: 2074, packetsLost: 1, jitterMs: 0.81234, mos: 4.3649 },
    tags: { campaign: 'spring' },
    recordingIds: [],
    sequence: 3,
    revision: 4,
    pendingEvents: [],
    ...more,
  };
}

describe('buildCdr', () => {
  it('says how its sound was encrypted, and which relay carried it', () => {
    const relayed = { ...finalCall(), mediaPath: { encryption: 'dtls', relay: '10.0.0.7:2223' } as const };
    expect(buildCdr(relayed).media).toMatchObject({ encryption: 'dtls', relayId: relayIdOf('10.0.0.7:2223') });
    const straight = { ...finalCall(), mediaPath: { encryption: 'none' } as const };
    expect(buildCdr(straight).media).toMatchObject({ encryption: 'none', relayId: null });
  });

  it('is read of a release that did not say so yet', () => {
    const cdr = buildCdr(finalCall());
    const { encryption: _, relayId: __, ...before } = cdr.media;
    const old = toRecord({ ...cdr, media: before as typeof cdr.media });
    expect(fromRecord(old)).toEqual(cdr);
  });

  it('says who, when, how long, how it ended and how it sounded', () => {
    const call = finalCall();
    expect(buildCdr(call)).toMatchObject({
      callId: call.id,
      createdAt: '2026-11-23T09:30:00.000Z',
      answeredAt: '2026-11-23T09:30:01.200Z',
      endedAt: '2026-11-23T09:30:42.700Z',
      ringSeconds: 1.2,
      talkSeconds: 41.5,
      billableSeconds: 42,
      termination: { result: 'completed', by: 'remote', reason: 'hangup', sip: null, q850: 16 },
      media: { codec: 'PCMU', jitterMs: 0.812, mos: 4.365, roundTripMs: null, encryption: null, relayId: null },
      tags: { campaign: 'spring' },
      parentCallId: null,
    });
  });

  it('bills nothing for a call that was not answered, and has no media for it', () => {
    const {
      answeredAt: _,
      media: __,
      ...call
    } = finalCall({
      status: 'busy',
      termination: { result: 'busy', by: 'remote', reason: 'busy', sip: 486 },
    });
    expect(buildCdr(call)).toMatchObject({
      status: 'busy',
      answeredAt: null,
      ringSeconds: 42.7,
      talkSeconds: 0,
      billableSeconds: 0,
      termination: { sip: 486 },
      media: { codec: null, mos: null, packetsSent: 0 },
    });
  });

  it.each([
    [0, 0],
    [1, 1],
    [999, 1],
    [1000, 1],
    [1001, 2],
    [-5000, 0], // clocks of two machines
  ])('rounds %i ms of talk up to %i billable seconds', (ms, billable) => {
    expect(buildCdr(finalCall({ endedAt: t0 + 1200 + ms })).billableSeconds).toBe(billable);
  });

  it('says what the call was in a contact, and nothing of it for other calls and records of earlier releases', () => {
    const inContact = { callType: 2, endCode: 'waitingGiveUp', endCodeNumber: 103 } as const;
    expect(buildCdr(finalCall(), inContact)).toMatchObject(inContact);
    const none = { callType: null, endCode: null, endCodeNumber: null };
    const cdr = buildCdr(finalCall());
    expect(cdr).toMatchObject(none);
    const { callType: _, endCode: __, endCodeNumber: ___, ...earlier } = cdr;
    expect(fromRecord({ ...toRecord(cdr), cdr: JSON.stringify(earlier) })).toEqual(cdr);
  });

  it('refuses a call that is not over', () => {
    const { endedAt: _, ...live } = finalCall();
    expect(() => buildCdr(live)).toThrow(CallNotOverError);
  });
});

describe('CDRs over HTTP', () => {
  let api: TestApi;
  const cdrs = new MemoryTenantCollection<CdrRecord>(cdrCollection);
  const made: Call[] = [];

  beforeAll(async () => {
    api = await createTestApi({ operations: () => cdrOperations({ cdrs }) });
    const accountId = api.tenant.account.id;
    for (let n = 0; n < 230; n++) {
      const status = n % 10 === 0 ? 'busy' : 'completed';
      made.push(
        finalCall({
          accountId,
          status,
          createdAt: t0 + n * 1000,
          from: n === 7 ? '=HYPERLINK("x")' : `+1415555${1000 + n}`,
          tags: n === 3 ? { 'dots.and$': 'a "quoted", one' } : {},
        }),
      );
    }
    await keepCdrs(
      cdrs,
      made.map((call) => buildCdr(call)),
    );
    await keepCdrs(cdrs, [buildCdr(finalCall())]);
  });
  afterAll(() => api.close());
  const get = (path: string) => request(api.server).get(path).set('Authorization', api.tenant.authorization);

  it('keeps the first CDR of a call and no second one', async () => {
    const first = buildCdr(made[0]!);
    await keepCdrs(cdrs, [{ ...first, talkSeconds: 99 }, first]);
    expect((await get(`/v1/cdrs/${first.callId}`)).body).toEqual(first);
  });

  it('gets one, with the same fields as the event, and none of another account', async () => {
    expect((await get(`/v1/cdrs/${made[3]!.id}`)).body).toEqual(buildCdr(made[3]!));
    const stranger = await api.newTenant();
    const answer = await request(api.server)
      .get(`/v1/cdrs/${made[3]!.id}`)
      .set('Authorization', stranger.authorization);
    expect(answer.status).toBe(404);
  });

  it('lists all of the account by pages, each once', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await get(`/v1/cdrs?limit=100${cursor}`);
      seen.push(...body.items.map(({ callId }: { callId: string }) => callId));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(new Set(seen)).toEqual(new Set(made.map(({ id }) => id)));
    expect(seen).toHaveLength(230);
  });

  it.each([
    ['status=busy', 23],
    ['from=%2B14155551005', 1],
    ['direction=outbound-api', 0],
    [`createdFrom=${new Date(t0 + 10_000).toISOString()}&createdBefore=${new Date(t0 + 15_000).toISOString()}`, 5],
    ['createdFrom=2016-12-31T23:59:60Z&status=busy', 23],
    ['createdFrom=2026-11-23T10:30:05.000%2B01:00&createdBefore=2026-11-23T09:30:06.000Z', 1],
  ])('narrows by %s', async (query, count) => {
    const answer = await get(`/v1/cdrs?limit=100&${query}`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.items).toHaveLength(count);
  });

  it('writes all as CSV with the same fields, quoted, formulas made harmless', async () => {
    const answer = await get('/v1/cdrs.csv');
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    const lines = answer.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(231);
    expect(lines[0]).toBe(csvColumns.join(','));
    expect(answer.text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(answer.text).toContain(`"{""dots.and$"":""a \\""quoted\\"", one""}"`);
    expect((await get('/v1/cdrs.csv?status=busy')).text.trimEnd().split('\r\n')).toHaveLength(24);
  });
});
