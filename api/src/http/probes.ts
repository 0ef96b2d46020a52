import express, { type Express, type RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';

/** Resolves when the part works; rejects with a sentence when it does not. It brings its own time limit. */
export type ReadinessCheck = () => Promise<void>;

/** What a process tells those who watch it. */
export interface Probes {
  /** Shown at `/metrics`; undefined where they are shown elsewhere. */
  readonly metrics: Registry | undefined;
  /** What `/readyz` asks, by name. */
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  /** What it asks besides: without these the platform works with less. */
  readonly warnings?: Readonly<Record<string, ReadinessCheck>> | undefined;
}

/** `/healthz` (the process lives), `/readyz` (each part works, or which does not) and `/metrics`: without authentication. */
export function probes({ metrics, readiness, warnings = {} }: Probes): RequestHandler {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [parts, lacks] = await Promise.all([ask(readiness), ask(warnings)]);
    const ready = Object.values(parts).every((part) => part === 'ok');
    const lacking = Object.entries(lacks).filter(([, part]) => part !== 'ok');
    response.status(ready ? 200 : 503).json({
      status: ready ? 'ok' : 'not-ready',
      parts,
      ...(lacking.length > 0 && { warnings: Object.fromEntries(lacking) }),
    });
  });
  if (metrics) {
    router.get('/metrics', async (_request, response) => {
      response.setHeader('Content-Type', metrics.contentType);
      response.end(await metrics.metrics());
    });
  }
  return router;
}

/** The probes and nothing else, for a port of their own. */
export function createProbesApp(deps: Probes): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(probes(deps));
  app.use((_request, response) => {
    response.status(404).json({ paths: ['/healthz', '/readyz', '/metrics'] });
  });
  return app;
}

/** What each part says, by name: `ok`, or what is wrong. */
async function ask(checks: Readonly<Record<string, ReadinessCheck>>): Promise<Record<string, string>> {
  const asked = Object.entries(checks).map(async ([name, check]) => {
    try {
      await check();
      return [name, 'ok'] as const;
    } catch (error) {
      return [name, reason(error)] as const;
    }
  });
  return Object.fromEntries(await Promise.all(asked));
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
