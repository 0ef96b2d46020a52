import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaseError } from '@hookswitch/kernel/base-error';
import { errorCatalogue } from '@hookswitch/openapi/error-codes';
import { describe, expect, it } from 'vitest';
import { errorResponse } from './error-response.js';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Raised before anything listens, so no client sees them. */
const startUpOnly = new Set(['http-cannot-listen', 'invalid-settings', 'invalid-allow-list', 'node-taken']);

/** Every `super('kind', 'code'` under api/src. */
function raised(): { file: string; kind: string; code: string }[] {
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .flatMap((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      return [...text.matchAll(/(?:super|new BaseError)\(\s*'([a-z_]+)',\s*'([a-z0-9-]+)'/g)].map(([, kind, code]) => ({
        file: entry.name,
        kind: kind!,
        code: code!,
      }));
    });
}

describe('the catalogue of errors', () => {
  it('has every error that the source raises, with the kind it is raised with', () => {
    const found = raised().filter(({ kind, code }) => kind !== 'bug' && !startUpOnly.has(code));
    expect(found.length).toBeGreaterThan(20);
    const faults = found.flatMap(({ file, kind, code }) => {
      const entry = (errorCatalogue as Record<string, { kind: string }>)[code];
      if (!entry) return [`${file}: add ${code} (${kind}) to openapi/errors.yaml`];
      return entry.kind === kind ? [] : [`${file}: raises ${code} as ${kind}, openapi/errors.yaml says ${entry.kind}`];
    });
    expect(faults).toEqual([]);
  });

  it('says of every code in words what happened and what to do', () => {
    for (const [code, { title, help }] of Object.entries(errorCatalogue)) {
      expect(code).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(help).toMatch(/^[A-Z].*\.$/s);
    }
  });
});

describe('error answers', () => {
  it('say how long to wait, in whole seconds and never 0', () => {
    const answer = errorResponse(new BaseError('limit', 'rate-limited', 'Wait.', { retryAfterSeconds: 0.2 }), 'RQ1');
    expect(answer).toMatchObject({ status: 429, headers: { 'Retry-After': '1' } });
  });

  it('show nothing of a bug', () => {
    for (const error of [
      new Error('secret'),
      'secret',
      { secret: 1 },
      undefined,
      null,
      new BaseError('bug', 'data-too-new', 'secret'),
    ]) {
      const { status, body } = errorResponse(error, 'RQ1');
      expect(status).toBe(500);
      expect(body.code).toBe('internal-error');
      expect(JSON.stringify(body)).not.toContain('secret');
    }
  });

  it('show at most 50 fields', () => {
    const fields = Array.from({ length: 1000 }, (_, index) => ({ pointer: `/${index}`, message: 'is wrong' }));
    expect(
      errorResponse(new BaseError('invalid', 'invalid-request', 'No.', { fields }), 'RQ1').body.errors,
    ).toHaveLength(50);
  });
});
