import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Agent, get } from 'node:http';
import { get as getTls } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gauge, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { HttpCannotListenError, startHttpServer, startProbesServer } from './http-server.js';
import { createProbesApp } from './probes.js';

const settings = { httpHost: '127.0.0.1', httpPort: 0, httpTlsCertificateFile: undefined, httpTlsKeyFile: undefined };

function read(
  url: string,
  fetch: typeof get | typeof getTls = get,
  options: { ca?: string; agent?: Agent; rejectUnauthorized?: boolean } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    fetch(url, options, (response) => {
      let text = '';
      response.on('data', (part) => (text += part)).on('end', () => resolve(text));
    }).on('error', reject);
  });
}

describe('the HTTP server', () => {
  it('listens on a free port and says where', async () => {
    const server = await startHttpServer((_request, response) => response.end('hello'), settings);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
    expect(await read(server.url)).toBe('hello');
    await server.stop(1000);
    await expect(read(server.url)).rejects.toThrow(/ECONNREFUSED|hang up/);
  });

  it('says what is wrong when the port is taken', async () => {
    const first = await startHttpServer(() => {}, settings);
    const httpPort = Number(new URL(first.url).port);
    await expect(startHttpServer(() => {}, { ...settings, httpPort })).rejects.toThrow(/another program has the port/);
    await expect(startHttpServer(() => {}, { ...settings, httpHost: '192.0.2.1' })).rejects.toThrow(
      HttpCannotListenError,
    );
    await first.stop(0);
  });

  it('serves the probes alone on a port of their own, and names its settings where that is taken', async () => {
    const metrics = new Registry();
    new Gauge({ name: 'things', help: 'Things.', registers: [metrics] }).set(3);
    const app = createProbesApp({
      metrics,
      readiness: { disk: () => Promise.reject(new Error('It is full.')) },
    });
    const server = await startProbesServer(app, '127.0.0.1', 0);
    expect(await read(`${server.url}/metrics`)).toContain('things 3');
    expect(JSON.parse(await read(`${server.url}/healthz`))).toEqual({ status: 'ok' });
    expect(JSON.parse(await read(`${server.url}/readyz`))).toEqual({
      status: 'not-ready',
      parts: { disk: 'It is full.' },
    });
    expect(JSON.parse(await read(`${server.url}/v1/calls`))).toEqual({ paths: ['/healthz', '/readyz', '/metrics'] });
    const port = Number(new URL(server.url).port);
    await expect(startProbesServer(app, '127.0.0.1', port)).rejects.toThrow(/set PROBES_PORT/);
    await server.stop(0);
  });

  it.each([
    ['h2c', 'POST'],
    ['websocket', 'POST'],
    ['TLS/1.0', 'PUT'],
  ])(
    'answers a request that asks for the upgrade %s with %s as one that does not, body and all',
    async (upgrade, method) => {
      const server = await startHttpServer(async (request, response) => {
        let text = '';
        for await (const part of request) text += part;
        response.end(`${request.method} ${request.headers.upgrade} ${text}`);
      }, settings);
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      const lines = [
        `${method} /v1/calls HTTP/1.1`,
        'Host: a',
        'Content-Length: 7',
        'Connection: Upgrade, HTTP2-Settings',
        `Upgrade: ${upgrade}`,
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n{"a"`);
      setImmediate(() => socket.write(':1}'));
      let answer = '';
      for await (const part of socket) answer += part;
      expect(answer).toContain(`${method} undefined {"a":1}`);
      await server.stop(0);
    },
  );

  it('lets a running request finish when it stops, and cuts one that does not end', async () => {
    let arrived = () => {};
    let finish = () => {};
    const server = await startHttpServer((_request, response) => {
      arrived();
      finish = () => response.end('done');
    }, settings);
    const request = () => {
      const answer = read(server.url);
      return new Promise<(typeof answer)[]>((resolve) => {
        arrived = () => resolve([answer]);
      });
    };
    const [slow] = await request();
    const stopped = server.stop(60_000);
    finish();
    expect(await slow).toBe('done');
    await stopped;

    const other = await startHttpServer(() => arrived(), settings);
    const hanging = read(other.url).catch((error: Error) => error.message);
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await other.stop(0);
    expect(await hanging).toMatch(/hang up|ECONNRESET/);
  });

  it('serves HTTPS where certificate and key are set, and wants both', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookswitch-tls-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      { stdio: 'ignore' },
    );
    const tls = { ...settings, httpTlsCertificateFile: certificate, httpTlsKeyFile: key };
    const server = await startHttpServer((_request, response) => response.end('secret'), tls);
    expect(server.url).toMatch(/^https:/);
    expect(await read(server.url, getTls, { rejectUnauthorized: false })).toBe('secret');
    await server.stop(0);
    await expect(startHttpServer(() => {}, { ...tls, httpTlsKeyFile: undefined })).rejects.toThrow(/needs both/);
    await expect(startHttpServer(() => {}, { ...tls, httpTlsKeyFile: join(folder, 'absent') })).rejects.toThrow(
      /HTTP_TLS_KEY_FILE cannot be read/,
    );
    rmSync(folder, { recursive: true });
  });
});
