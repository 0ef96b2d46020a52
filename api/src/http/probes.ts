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
  warnings: Readonly<Record<string, ReadinessCheck>>;
}): RequestHandler {
  const router = Router();
  const description = JSON.stringify(deps.document);
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [parts, warnings] = await Promise.all([ask(deps.readiness), ask(deps.warnings)]);
    const ready = Object.values(parts).every((part) => part === 'ok');
    const lacking = Object.entries(warnings).filter(([, part]) => part !== 'ok');
    response.status(ready ? 200 : 503).json({
      status: ready ? 'ok' : 'not-ready',
      parts,
      ...(lacking.length > 0 && { warnings: Object.fromEntries(lacking) }),
    });
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
