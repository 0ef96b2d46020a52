import type { ApiDocument } from '@hookswitch/openapi/document';
import { type RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';

/** Resolves when the part works; rejects with a sentence when it does not. It brings its own time limit. */
export type ReadinessCheck = () => Promise<void>;

/** `/healthz` (the process lives), `/readyz` (each part works, or which does not), `/metrics` and `/openapi.json`: without authentication. */
export function probes(deps: {
  document: ApiDocument;
  metrics: Registry;
  readiness: Readonly<Record<string, ReadinessCheck>>;
}): RequestHandler {
  const router = Router();
  const description = JSON.stringify(deps.document);
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const names = Object.keys(deps.readiness);
    const results = await Promise.allSettled(names.map((name) => deps.readiness[name]!()));
    const parts = Object.fromEntries(
      results.map((result, index) => [names[index], result.status === 'fulfilled' ? 'ok' : reason(result.reason)]),
    );
    const ready = results.every((result) => result.status === 'fulfilled');
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'not-ready', parts });
  });
  router.get('/metrics', async (_request, response) => {
    response.setHeader('Content-Type', deps.metrics.contentType);
    response.end(await deps.metrics.metrics());
  });
  router.get('/openapi.json', (_request, response) => {
    response.type('application/json').send(description);
  });
  return router;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
