import { describe, expect, it } from 'vitest';
import { InvalidSettingsError, printEnvExample, printSettingsReference, readSettings } from './settings.js';
import { settingsTable } from './settings-table.js';

describe('settings', () => {
  it('take the documented default of everything when nothing is set', () => {
    expect(readSettings({})).toMatchObject({
      httpPort: 8080,
      roles: ['http', 'calls', 'workers', 'routing'],
      mongodbUri: undefined,
    });
  });

  it('read variables and take an empty one as absent', () => {
    const settings = readSettings({
      HTTP_PORT: '0',
      LOG_LEVEL: '',
      CORS_ORIGINS: 'https://a.example, https://b.example',
    });
    expect(settings).toMatchObject({
      httpPort: 0,
      logLevel: 'info',
      corsOrigins: ['https://a.example', 'https://b.example'],
    });
  });

  it('name every wrong variable at once, and never show a secret', () => {
    const read = () => readSettings({ HTTP_PORT: '70000', ROLES: 'http,cook', ENCRYPTION_KEY: 'hunter2' });
    expect(read).toThrow(InvalidSettingsError);
    expect(read).toThrow(/HTTP_PORT must be a whole number from 0 to 65535, not "70000"/);
    expect(read).toThrow(/ROLES must be one of http, calls, workers, routing/);
    expect(read).toThrow(/ENCRYPTION_KEY must be 32 bytes/);
    expect(read).not.toThrow(/hunter2/);
  });

  it.each([
    ['192.0.2.1', true],
    ['10.0.0.0/8', true],
    ['2001:db8::/32', true],
    ['10.0.0.0/33', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0.0/', false],
    ['proxy.example', false],
    ['*', false],
  ])('know whether %s is a network: %s', (text, good) => {
    const read = () => readSettings({ TRUSTED_PROXIES: text });
    if (good) expect(read().trustedProxies).toEqual([text]);
    else expect(read).toThrow(/TRUSTED_PROXIES must be an address or a network/);
  });

  it.each([
    ['ALLOWED_PRIVATE_TARGETS', 'inside', 'must be an address or a network'],
    ['SIP_PRIVATE_TARGETS', '10.0.0.0/8,lan', 'must be an address or a network'],
    ['SIP_TRUNK_PRIVATE_TARGETS', '10.0.0.0-10.0.0.9', 'must be an address or a network'],
    ['CORS_ORIGINS', 'app.example', 'must be * or like https://app.example'],
    ['NODE_ENV', 'producton', 'must be one of development, test, production'],
    ['NODE_ID', 'media 1', 'must be letters, digits'],
    ['SIP_ADVERTISED_ADDRESS', 'udp:203.0.113.10:5060', 'must be an address like 203.0.113.10'],
  ])('refuse %s=%s, which would silently mean something else', (name, value, sentence) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name} ${sentence}`);
  });

  it('take an address or a name to be told, names of nodes, and all origins', () => {
    for (const address of ['203.0.113.10', '2001:db8::10', 'sip.example'])
      expect(readSettings({ SIP_ADVERTISED_ADDRESS: address }).sipAdvertisedAddress).toBe(address);
    expect(readSettings({ NODE_ID: 'media-a1.eu_2' }).nodeId).toBe('media-a1.eu_2');
    expect(readSettings({ CORS_ORIGINS: '*' }).corsOrigins).toEqual(['*']);
  });

  it('each have a sentence, a variable of their own and a default that parses', () => {
    const table = Object.values(settingsTable);
    expect(new Set(table.map(({ env }) => env)).size).toBe(table.length);
    for (const { env, sentence } of table) {
      expect(env).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(sentence).toMatch(/^[A-Z.].*\.$/s);
    }
  });

  it('are printed as an example file and as a reference', () => {
    expect(printEnvExample()).toContain('# Port the API listens on; 0 takes a free one.\n#HTTP_PORT=8080\n');
    expect(printSettingsReference()).toContain(
      '| `HTTP_PORT` | Port the API listens on; 0 takes a free one. | `8080` |',
    );
  });
});
