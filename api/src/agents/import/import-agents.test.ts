import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import { xlsxType } from './read-rows.js';
import { xlsxFile } from './xlsx.fixture.js';

/** A file whose second row stands at that place. */
function withPlace(row: string, cell: string): Uint8Array {
  const parts = unzipSync(xlsxFile([['email', 'name', 'staffNumber'], ['ann@example.com']]));
  const sheet = 'xl/worksheets/sheet1.xml';
  const xml = strFromU8(parts[sheet]!).replace('r="2"', row).replace('r="A2"', cell);
  return zipSync({ ...parts, [sheet]: strToU8(xml) });
}

/** A file whose sheet is much larger than it says it is. */
function lying(): Uint8Array {
  const parts = unzipSync(xlsxFile([['email']]));
  const bomb = Buffer.from(zipSync({ ...parts, 'xl/worksheets/sheet1.xml': new Uint8Array(200 * 1024 * 1024) }));
  const sizes = [
    { head: 0x04034b50, size: 22 },
    { head: 0x02014b50, size: 24 },
  ];
  for (let at = 0; at < bomb.length - 46; at += 1)
    for (const { head, size } of sizes)
      if (bomb.readUInt32LE(at) === head && bomb.readUInt32LE(at + size) > 1_000_000)
        bomb.writeUInt32LE(1000, at + size);
  return bomb;
}

describe('a file of agents', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await createTestApi({ operations: (core) => testPeople(core).operations });
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const upload = (bytes: Uint8Array | string, type: string) =>
    http()
      .post('/v1/agents/import')
      .set('Content-Type', type)
      .send(Buffer.from(bytes as string));

  const table = [
    ['E-mail', 'Name', 'Staff number', 'Phone', 'Role', 'Skill groups'],
    ['ann@example.com', 'Ann', '1001', '0014155550101', 'Supervisor', 'Sales:1; Support'],
    ['bob@example', 'Bob', '1002', '', '', ''],
    ['', '', '', '', '', ''],
    ['cid@example.com', 'Cid', '1003', '+14155550103', '', 'Marketing'],
    ['dan@example.com', 'Dan, the man', '1004', '', '', ''],
  ];
  const csv = (delimiter: string) =>
    table.map((cells) => cells.map((cell) => (/[,"]/.test(cell) ? `"${cell}"` : cell)).join(delimiter)).join('\r\n');

  it.each([
    ['CSV', () => csv(','), 'text/csv'],
    ['CSV with a mark of its encoding', () => `\ufeff${csv(',')}`, 'text/csv; charset=utf-8'],
    ['CSV with semicolons', () => csv(';').replaceAll('Sales:1; Support', '"Sales:1; Support"'), 'text/csv'],
    ['XLSX', () => xlsxFile(table), xlsxType],
  ])('in %s is read line by line', async (_name, file, type) => {
    for (const name of ['Sales', 'Support']) await http().post('/v1/skill-groups').send({ name }).expect(201);
    const { body } = await upload(file(), type).expect(200);
    expect(body).toMatchObject({
      created: 2,
      failed: 2,
      agents: [
        { row: 2, email: 'ann@example.com' },
        { row: 6, email: 'dan@example.com' },
      ],
      errors: [
        { row: 3, email: 'bob@example', code: 'invalid-request' },
        { row: 5, email: 'cid@example.com', code: 'invalid-request', message: expect.stringContaining('Marketing') },
      ],
    });
    const { body: ann } = await http().get(`/v1/agents/${body.agents[0].agentId}`).expect(200);
    expect(ann).toMatchObject({
      phone: '+14155550101',
      role: 'supervisor',
      skillGroups: [
        { name: 'Sales', priority: 1 },
        { name: 'Support', priority: 3 },
      ],
    });
  });

  it('may have numbers that a spreadsheet keeps as such', async () => {
    const file = xlsxFile([
      ['email', 'name', 'staffNumber', 'phone'],
      ['ann@example.com', 'Ann', 1001, 8613800000000],
    ]);
    const { body } = await upload(file, xlsxType).expect(200);
    const { body: ann } = await http().get(`/v1/agents/${body.agents[0].agentId}`).expect(200);
    expect(ann).toMatchObject({ staffNumber: '1001', phone: '+8613800000000' });
  });

  it.each([
    ['nothing', '', 'text/csv'],
    ['an unknown column', 'email,name,staffNumber,shoe size\n', 'text/csv'],
    ['a missing column', 'email,name\n', 'text/csv'],
    ['a column twice', 'email,name,staffNumber,mail\n', 'text/csv'],
    ['an open quote', 'email,name,staffNumber\n"ann', 'text/csv'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'text/csv'],
    ['no archive', 'PK\x03\x04 nonsense', xlsxType],
    ['an archive of something else', Buffer.from(zipSync({ 'a.txt': strToU8('a') })), xlsxType],
    ['a bomb', Buffer.from(zipSync({ 'xl/workbook.xml': new Uint8Array(60 * 1024 * 1024) })), xlsxType],
    ['a bomb that says it is small', lying(), xlsxType],
    ['a cell in the last column', withPlace('r="2"', 'r="XFD2"'), xlsxType],
    ['a cell in the last row', withPlace('r="1048576"', 'r="A1048576"'), xlsxType],
    ['a cell beyond all columns', withPlace("r='2'", "r = 'ZZZZZZZZ2'"), xlsxType],
    ['a row that is no number', withPlace('r="1e6"', 'r="A2"'), xlsxType],
    ['a cell written otherwise', withPlace('r="2"', 'r="&#88;FD2"'), xlsxType],
  ])('with %s is refused whole', async (_name, bytes, type) => {
    const { body } = await upload(bytes, type);
    expect(['file-unreadable', 'invalid-request']).toContain(body.code);
    expect((await http().get('/v1/agents').expect(200)).body.total).toBe(0);
  });

  it('has at most 1,000 agents', async () => {
    const lines = Array.from({ length: 1001 }, (_, n) => `a${n}@example.com,A,${n}`);
    const { body } = await upload(['email,name,staffNumber', ...lines].join('\n'), 'text/csv').expect(413);
    expect(body.code).toBe('file-too-long');
  });
});
