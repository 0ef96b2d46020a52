import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Settings } from '../config/settings.js';

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
  const { httpHost, httpPort } = settings;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new HttpCannotListenError(`The API cannot listen on ${httpHost}:${httpPort}: ${explain(error)}`, error)),
    );
    server.listen(httpPort, httpHost, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = httpHost.includes(':') ? `[${httpHost}]` : httpHost;
  return { url: `${tls ? 'https' : 'http'}://${host}:${port}`, stop: (drainMs) => stop(server, drainMs) };
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

function explain(error: Error & { code?: string }): string {
  if (error.code === 'EADDRINUSE') return 'another program has the port. Stop it, or set HTTP_PORT.';
  if (error.code === 'EADDRNOTAVAIL') return 'this machine does not have that address. Set HTTP_HOST.';
  if (error.code === 'EACCES') return 'ports below 1024 need rights this user lacks. Set HTTP_PORT.';
  return error.message;
}
