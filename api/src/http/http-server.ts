import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Settings } from '../config/settings.js';
import { upgradesThrough } from './web-socket.js';

/** A listening API. */
export interface HttpServer {
  /** `http://127.0.0.1:8080`, with the port that was really taken. */
  readonly url: string;
  /** Takes no new connection, lets requests that run finish for up to `drainMs`, then closes what is left. */
  stop(drainMs: number): Promise<void>;
}

/** The API cannot listen. The message says where and why. */
export class HttpCannotListenError extends BaseError {
  constructor(message: string, cause?: unknown) {
    super('unavailable', 'http-cannot-listen', message, { cause });
  }
}

/** Who listens, and the variables that say where: for messages. */
const apiNames = { who: 'The API', host: 'HTTP_HOST', port: 'HTTP_PORT' };
const probesNames = { who: 'What watches this process', host: 'PROBES_HOST', port: 'PROBES_PORT' };

type ServerSettings = Pick<Settings, 'httpHost' | 'httpPort' | 'httpTlsCertificateFile' | 'httpTlsKeyFile'>;

/** Bounds on slow and idle clients: headers within 15 s, a request within 2 min, an idle connection 65 s (longer than the usual load balancer's 60). */
const limits = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
  connectionsCheckingInterval: 5_000,
};

/** Serves the app by the settings: HTTPS where certificate and key are set. @throws HttpCannotListenError */
export async function startHttpServer(app: RequestListener, settings: ServerSettings): Promise<HttpServer> {
  const tls = tlsFiles(settings);
  const server: Server = tls ? createTlsServer({ ...limits, ...tls }, app) : createServer(limits, app);
  server.on('upgrade', upgradesThrough(app));
  const address = await listen(server, settings.httpHost, settings.httpPort, apiNames);
  return { url: `${tls ? 'https' : 'http'}://${address}`, stop: (drainMs) => stop(server, drainMs) };
}

/** Serves the probes on their own port, in plain HTTP. @throws HttpCannotListenError */
export async function startProbesServer(app: RequestListener, host: string, port: number): Promise<HttpServer> {
  const server = createServer(limits, app);
  const address = await listen(server, host, port, probesNames);
  return { url: `http://${address}`, stop: (drainMs) => stop(server, drainMs) };
}

/** Resolves to `host:port`, with the port that was taken. */
async function listen(server: Server, host: string, port: number, names: typeof apiNames): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const message = `${names.who} cannot listen on ${host}:${port}: ${explain(error, names)}`;
      reject(new HttpCannotListenError(message, error));
    });
    server.listen(port, host, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return `${host.includes(':') ? `[${host}]` : host}:${taken}`;
}

function stop(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose request ends meanwhile is kept alive, so it has to be closed from here.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const late = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(late);
      resolve();
    });
  });
}

function tlsFiles({
  httpTlsCertificateFile: certificate,
  httpTlsKeyFile: key,
}: ServerSettings): { cert: Buffer; key: Buffer } | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new HttpCannotListenError(
      'HTTPS needs both HTTP_TLS_CERTIFICATE_FILE and HTTP_TLS_KEY_FILE; only one is set.',
    );
  }
  return { cert: read('HTTP_TLS_CERTIFICATE_FILE', certificate), key: read('HTTP_TLS_KEY_FILE', key) };
}

function read(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new HttpCannotListenError(`${variable} cannot be read: ${(error as Error).message}`, error);
  }
}

function explain(error: Error & { code?: string }, { host, port }: typeof apiNames): string {
  if (error.code === 'EADDRINUSE') return `another program has the port. Stop it, or set ${port}.`;
  if (error.code === 'EADDRNOTAVAIL') return `this machine does not have that address. Set ${host}.`;
  if (error.code === 'EACCES') return `ports below 1024 need rights this user lacks. Set ${port}.`;
  return error.message;
}
