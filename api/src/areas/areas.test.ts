import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@hookswitch/kernel/logger';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nearness } from './area.js';
import { areasWithTable, readAreaTable } from './area-table.js';
import { ThreadedAreas } from './threaded-areas.js';

const areas = new ThreadedAreas(silentLogger);
afterAll(() => areas.stop());

describe('SOFTIN-06 where a number is from', () => {
  it.each([
    ['+8613812345678', { country: 'CN', province: '江苏省', city: '连云港市' }],
    ['+8675586013388', { country: 'CN', province: '广东省', city: '深圳市' }],
    ['+861012345678', { country: 'CN', province: '北京市', city: '北京市' }],
    ['+8618980001234', { country: 'CN', province: '四川省', city: '成都市' }],
    ['+14155550100', { country: 'US', province: 'CA', city: 'San Francisco', operator: '' }],
    ['+442079460000', { country: 'GB', province: '', city: 'London' }],
  ])('%s', async (number, area) => {
    expect(await areas.areaOf(number)).toMatchObject(area);
  });

  it('names the operator of a mobile range', async () => {
    expect((await areas.areaOf('+8613812345678'))!.operator).not.toBe('');
  });

  it.each(['', 'anna', '+9990000000', '+1'])('nothing is known of "%s"', async (number) => {
    expect(await areas.areaOf(number)).toBeUndefined();
  });

  it('is asked anew of a thread that was stopped', async () => {
    const own = new ThreadedAreas(silentLogger);
    await own.stop();
    expect(await own.areaOf('+442079460000')).toMatchObject({ city: 'London' });
    await own.stop();
  });
});

describe('OUTSET-02 how near two areas are', () => {
  const area = (province: string, city: string, country = 'CN') => ({ country, province, city, operator: '' });
  it.each([
    [area('广东省', '深圳市'), area('广东省', '深圳市'), 'city'],
    [area('广东省', '深圳市'), area('广东省', '广州市'), 'province'],
    [area('广东省', '深圳市'), area('四川省', '成都市'), 'country'],
    [area('', 'London', 'GB'), area('', 'London', 'GB'), 'city'],
    [area('', '', 'GB'), area('', '', 'GB'), 'country'],
    [area('CA', 'San Francisco', 'US'), area('CA', 'San Francisco', 'MX'), 'elsewhere'],
    [undefined, area('广东省', '深圳市'), 'elsewhere'],
  ])('%j and %j: %s', (a, b, near) => {
    expect(nearness(a, b)).toBe(near);
    expect(nearness(b, a)).toBe(near);
  });
});

describe('a table of areas of our own', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookswitch-areas-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const table = (text: string) => {
    writeFileSync(join(folder, 'areas.csv'), text);
    return readAreaTable(join(folder, 'areas.csv'));
  };
  const header = 'prefix,country,province,city,operator\n';

  it('goes before the others, longest prefix first', async () => {
    const own = table(`${header}+4420,GB,,London (ours),\n+442079,GB,,Westminster,BT\n`);
    const areaOf = areasWithTable(own, areas.areaOf);
    expect(await areaOf('+442079460000')).toEqual({ country: 'GB', province: '', city: 'Westminster', operator: 'BT' });
    expect((await areaOf('+442081234567'))!.city).toBe('London (ours)');
    expect((await areaOf('+14155550100'))!.city).toBe('San Francisco');
  });

  it('names the row that is wrong', () => {
    expect(() => table(`${header}+44,GB,,,\nabc,GB,,,\n`)).toThrow("row 3: prefix 'abc'");
  });
});
