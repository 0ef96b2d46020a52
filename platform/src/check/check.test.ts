import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsWith } from '@hookswitch/api/config/settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAdvertisedAddress } from './advertised-address-check.js';
import { checkCertificate } from './certificate-check.js';
import { checkClock } from './clock-check.js';
import { checkDisk } from './disk-check.js';
import { type Machine, thisMachine } from './machine.js';
import { checkMediaPorts } from './media-ports-check.js';
import { checkPort, judgeListening } from './port-check.js';
import { printChecks } from './print-checks.js';
import { checkFfmpeg, checkMongo, checkRedis, checkSpeech } from './program-check.js';
import { runChecks } from './run-checks.js';

/** A machine on which all is well, with changes. */
function machineWith(changes: Partial<Machine> = {}): Machine {
  return {
    tryListening: async () => 'free',
    accepts: async () => true,
    lookAtSocket: async () => 'nothing',
    resolve: async () => [],
    runs: async () => true,
    find: (program) => `/usr/bin/${program}`,
    freeBytes: () => 100e9,
    whyNotWritable: () => undefined,
    read: () => undefined,
    now: () => Date.UTC(2026, 5, 1),
    builtAt: () => Date.UTC(2026, 4, 1),
    ...changes,
  };
}

describe('checkAdvertisedAddress', () => {
  it.each([
    ['nothing, on all addresses', undefined, ['0.0.0.0'], [], true],
    ['nothing, on the loopback address', undefined, ['127.0.0.1'], [], true],
    ['a public address behind NAT', '8.8.4.4', ['10.0.0.5'], [], true],
    ['an address of the local network', '192.168.1.10', ['0.0.0.0'], [], true],
    ['the loopback address, for phones on this machine', '127.0.0.1', ['127.0.0.1'], [], true],
    ['a name', 'sip.example', ['0.0.0.0'], ['8.8.4.4'], true],
    ['IPv6 where both are listened on', '2a00::1', ['::'], [], true],
    ['every address', '0.0.0.0', ['0.0.0.0'], [], false],
    ['every IPv6 address', '::', ['::'], [], false],
    ['the broadcast address', '255.255.255.255', ['0.0.0.0'], [], false],
    ['a multicast address', '224.0.0.1', ['0.0.0.0'], [], false],
    ['a link-local address', '169.254.1.1', ['0.0.0.0'], [], false],
    ['an address out of a book', '203.0.113.7', ['0.0.0.0'], [], false],
    ['the loopback address to others', '127.0.0.1', ['0.0.0.0'], [], false],
    ['a public address while nobody can come in', '8.8.4.4', ['127.0.0.1'], [], false],
    ['a name that nobody knows', 'sip.example', ['0.0.0.0'], [], false],
    ['a name that is the loopback address', 'sip.example', ['10.0.0.5'], ['127.0.0.1'], false],
    ['an address with a port', '8.8.4.4:5060', ['0.0.0.0'], [], false],
    ['a URL', 'sip:8.8.4.4', ['0.0.0.0'], [], false],
    ['IPv6 where only IPv4 is listened on', '2a00::1', ['0.0.0.0'], [], false],
  ])('judges %s', (_, advertised, listening, resolved, ok) => {
    const result = checkAdvertisedAddress({ advertised, listening, resolved });
    expect(result.ok).toBe(ok);
    expect(result.fix !== '').toBe(!ok);
    if (!ok) expect(result.sentence).toContain(advertised);
  });
});

describe('checkPort', () => {
  it.each([
    ['free', true, /is free/, /^$/],
    ['EADDRINUSE', false, /udp 127\.0\.0\.1:5060 is taken/, /SIP_LISTEN/],
    ['EADDRNOTAVAIL', false, /not an address of this machine/, /SIP_LISTEN/],
    ['EACCES', false, /may not be used by this user/, /1024/],
    ['EWEIRD', false, /EWEIRD/, /SIP_LISTEN/],
  ])('says what %s means and what to do', (outcome, ok, sentence, fix) => {
    const result = judgeListening('SIP udp port', 'udp 127.0.0.1:5060', outcome, 'SIP_LISTEN');
    expect(result.ok).toBe(ok);
    expect(result.sentence).toMatch(sentence);
    expect(result.fix).toMatch(fix);
  });

  it('finds a port of this machine that is taken, and one that is free', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const where = { transport: 'tcp', address: '127.0.0.1', port } as const;
    expect((await checkPort(thisMachine, 'HTTP port', where, 'HTTP_PORT')).sentence).toMatch(/is taken/);
    await new Promise((resolve) => server.close(resolve));
    expect((await checkPort(thisMachine, 'HTTP port', where, 'HTTP_PORT')).ok).toBe(true);
    const elsewhere = { transport: 'udp', address: '8.8.8.8', port: 5060 } as const;
    expect((await checkPort(thisMachine, 'SIP', elsewhere, 'SIP_LISTEN')).sentence).toMatch(
      /not an address of this machine/,
    );
  });
});

describe('checkMediaPorts', () => {
  it.each([
    ['wide enough', { low: 20000, high: 29999, maxCalls: 1000, others: [5060] }, true, true],
    ['too narrow', { low: 20000, high: 20099, maxCalls: 1000, others: [] }, false, false],
    ['upside down', { low: 30000, high: 20000, maxCalls: 10, others: [] }, false, true],
    ['over the SIP port', { low: 5000, high: 29999, maxCalls: 10, others: [5060] }, false, true],
    ['below 1024', { low: 0, high: 29999, maxCalls: 10, others: [] }, false, true],
  ])('judges a range that is %s', (_, ports, ok, needed) => {
    expect(checkMediaPorts(ports)).toMatchObject({ ok, needed });
  });
});

describe('programs and servers', () => {
  it('goes on with less where ffmpeg or eSpeak NG does not run', async () => {
    const bare = machineWith({ runs: async () => false });
    expect(await checkFfmpeg(bare, 'ffmpeg')).toMatchObject({
      ok: false,
      needed: false,
      sentence: expect.stringContaining('WAV'),
    });
    expect(await checkSpeech(bare, 'espeak-ng')).toMatchObject({ ok: false, needed: false });
    expect((await checkFfmpeg(machineWith(), 'ffmpeg')).ok).toBe(true);
  });

  it.each([
    ['a Redis that answers', 'redis://:secret@db:6380', true, true, /db:6380 accepts/],
    ['a Redis that does not', 'redis://:secret@db', true, false, /Nobody accepts connections at db:6379/],
    ['its own', undefined, true, true, /private/],
    ['none', undefined, false, false, /not installed/],
  ])('finds %s', async (_, url, installed, ok, sentence) => {
    const machine = machineWith({
      accepts: async (_host, port) => port === 6380,
      find: (program) => (installed ? `/usr/bin/${program}` : undefined),
    });
    const result = await checkRedis(machine, url);
    expect(result.ok).toBe(ok);
    expect(result.sentence).toMatch(sentence);
    expect(result.sentence).not.toContain('secret');
  });

  it.each([
    [
      'the one named',
      'mongodb://me:secret@one:27018,two:27019/hookswitch?x=1',
      false,
      false,
      true,
      /one:27018 accepts/,
    ],
    ['one by its SRV name', 'mongodb+srv://cluster.example/x', false, false, true, /SRV/],
    ['one on an IPv6 address', 'mongodb://[::1]:27018', false, false, true, /::1:27018/],
    ['mongod', undefined, true, true, true, /bin\/mongod/],
    ['the stand-in', undefined, false, true, true, /not for production/],
    ['none', undefined, false, false, false, /no mongod/],
  ])('finds %s for MongoDB', async (_, uri, installed, standIn, ok, sentence) => {
    const machine = machineWith({ find: () => (installed ? '/usr/bin/mongod' : undefined) });
    const result = await checkMongo(machine, uri, { fetched: undefined, standIn });
    expect(result.ok).toBe(ok);
    expect(result.sentence).toMatch(sentence);
    expect(result.sentence).not.toContain('secret');
  });
});

describe('checkClock and checkDisk', () => {
  it('knows a clock that is before its own build', () => {
    expect(checkClock(1_000_000, 2_000_000).ok).toBe(false);
    expect(checkClock(1_990_000, 2_000_000).ok).toBe(true);
  });

  it.each([
    ['room', 50e9, undefined, true, true],
    ['little room', 1e9, undefined, false, false],
    ['no room', 1e6, undefined, false, true],
    ['no right to write', 50e9, 'EACCES', false, true],
  ])('judges a disk with %s', (_, freeBytes, whyNotWritable, ok, needed) => {
    expect(checkDisk({ folder: '/data', freeBytes, whyNotWritable })).toMatchObject({ ok, needed });
  });

  it('measures the disk of this machine, also for a folder that is not there yet', () => {
    expect(thisMachine.freeBytes(join(tmpdir(), 'not', 'there'))).toBeGreaterThan(0);
  });
});

describe('checkCertificate', () => {
  let folder: string;
  const names = { certificateSetting: 'CERT', keySetting: 'KEY', certificateFile: 'c.pem', keyFile: 'k.pem' };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookswitch-check-'));
    for (const name of ['one', 'two']) {
      const words = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '30',
        '-subj',
        '/CN=x',
      ];
      const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)];
      execFileSync('openssl', [...words, ...files], { stdio: 'ignore' });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');

  it('takes a certificate with its key, and warns before it ends', () => {
    const facts = { ...names, certificate: text('one.crt'), key: text('one.key') };
    const now = Date.now();
    expect(checkCertificate('TLS', { ...facts, now }).ok).toBe(true);
    expect(checkCertificate('TLS', { ...facts, now: now + 20 * 86_400_000 })).toMatchObject({
      ok: false,
      needed: false,
    });
    expect(checkCertificate('TLS', { ...facts, now: now + 40 * 86_400_000 })).toMatchObject({
      ok: false,
      needed: true,
    });
  });

  it.each([
    ['the key of another', 'one.crt', 'two.key', /is not the key/],
    ['no certificate', 'one.key', 'one.key', /no PEM certificate/],
    ['no key', 'one.crt', 'one.crt', /no PEM private key/],
  ])('refuses %s', (_, certificate, key, sentence) => {
    const facts = { ...names, certificate: text(certificate), key: text(key), now: Date.now() };
    expect(checkCertificate('TLS', facts).sentence).toMatch(sentence);
  });

  it('names what is missing', () => {
    const facts = { ...names, certificate: undefined, key: undefined, now: 0 };
    expect(checkCertificate('TLS', { ...facts, keyFile: undefined }).fix).toMatch(/both CERT and KEY/);
    expect(checkCertificate('TLS', facts).sentence).toMatch(/c\.pem cannot be read/);
    expect(checkCertificate('TLS', { ...facts, certificate: 'x' }).sentence).toMatch(/k\.pem cannot be read/);
  });
});

describe('runChecks', () => {
  it('looks only at what the roles need', async () => {
    const names = async (roles: ('http' | 'calls' | 'workers')[]) =>
      (await runChecks(settingsWith({ roles }), machineWith())).map(({ name }) => name);
    expect(await names(['workers'])).toEqual(['Redis', 'MongoDB', 'ffmpeg', 'clock', 'disk']);
    expect(await names(['http'])).toContain('HTTP port');
    const watched = await runChecks(settingsWith({ roles: ['workers'], probesPort: 9090 }), machineWith());
    expect(watched.map(({ name }) => name)).toContain('probes port');
    expect(await names(['calls'])).toEqual(
      expect.arrayContaining(['SIP udp port', 'SIP tcp port', 'advertised address', 'media ports', 'speech']),
    );
  });

  it('of a media process looks at neither Redis nor MongoDB', async () => {
    const settings = settingsWith({ roles: ['media'], mediaPlaneSocket: '/run/x.sock' });
    const found = await runChecks(settings, machineWith());
    expect(found.map(({ name, ok }) => [name, ok])).toEqual([
      ['media socket', true],
      ['media ports', true],
      ['clock', true],
      ['disk', true],
    ]);
  });

  it.each([
    ['no socket is set', {}, 'nothing', /not set/],
    ['it has other roles, too', { roles: ['media', 'http'] }, 'nothing', /stands alone/],
    ['another one listens there', { mediaPlaneSocket: '/x' }, 'listens', /Another media process/],
    ['a file is there', { mediaPlaneSocket: '/x' }, 'no-socket', /no socket/],
    ['the path is too long', { mediaPlaneSocket: `/${'x'.repeat(107)}` }, 'nothing', /longer/],
  ] as const)('says that a media process cannot start where %s', async (_, settings, sighting, sentence) => {
    const machine = machineWith({ lookAtSocket: async () => sighting });
    const found = await runChecks(settingsWith({ roles: ['media'], ...settings }), machine);
    const socket = found.find(({ name }) => name === 'media socket');
    expect(socket).toMatchObject({ ok: false, needed: true, sentence: expect.stringMatching(sentence) });
    expect(socket?.fix).not.toBe('');
  });

  it.each([
    ['is well where its media process listens', 'node-1', 'listens', true, true],
    ['can start before its media process does', 'node-1', 'stale', false, false],
    ['cannot start without a NODE_ID', undefined, 'listens', false, true],
  ] as const)('a node whose sound has a process of its own %s', async (_, nodeId, sighting, ok, needed) => {
    const settings = settingsWith({ roles: ['calls'], mediaPlaneSocket: '/x', ...(nodeId && { nodeId }) });
    const found = await runChecks(settings, machineWith({ lookAtSocket: async () => sighting }));
    expect(found.find(({ name }) => name === 'media socket')).toMatchObject({ ok, needed });
    expect(found.map(({ name }) => name)).not.toContain('media ports');
  });

  it('sees what is at the path of a socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'check-'));
    const path = join(folder, 'x.sock');
    expect(await thisMachine.lookAtSocket(path)).toBe('nothing');
    const server = createServer().listen(path);
    await once(server, 'listening');
    expect(await thisMachine.lookAtSocket(path)).toBe('listens');
    expect(await thisMachine.lookAtSocket(folder)).toBe('no-socket');
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('says that the platform can start where at most niceties are missing', async () => {
    const found = await runChecks(settingsWith(), machineWith({ runs: async () => false }));
    const { text, canStart } = printChecks(found);
    expect(canStart).toBe(true);
    expect(text).toMatch(/less {3}ffmpeg[\s\S]*-> Install ffmpeg/);
    expect(text).toMatch(/The platform can start\.$/);
  });

  it('says that it cannot where a port is taken', async () => {
    const found = await runChecks(settingsWith(), machineWith({ tryListening: async () => 'EADDRINUSE' }));
    const { text, canStart } = printChecks(found);
    expect(canStart).toBe(false);
    expect(text).toMatch(/WRONG {2}HTTP port/);
    expect(text).toMatch(/cannot start: 3 of \d+ checks failed\.$/);
  });
});
