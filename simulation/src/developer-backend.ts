import type { Chance } from './chance.js';
import type { Internet, SiteAnswer } from './internet.js';
import { randomScript, type ScriptWorld } from './random-script.js';

export interface BackendParts {
  readonly chance: Chance;
  readonly world: ScriptWorld;
  /** How likely an answer is broken, 0 to 1. */
  readonly trouble: number;
  readonly note: (who: string, what: string) => void;
}

/** Scripts that one call is given at most; after them it is hung up. */
const mostScripts = 8;

/** The developer's servers: scripts, a fallback, sounds. They work most of the time. */
export function openDeveloperBackend(internet: Internet, parts: BackendParts): void {
  const { chance, world, trouble, note } = parts;
  const asked = new Map<string, number>();

  const script = (callId: string, verbs: unknown): SiteAnswer => {
    note('backend', `${callId} gets ${JSON.stringify(verbs)}`);
    return ok(chance.between(0, 400), JSON.stringify(verbs));
  };

  const scripts = (body: string, path: string): SiteAnswer => {
    const callId = callIdOf(body);
    const count = (asked.get(callId) ?? 0) + 1;
    asked.set(callId, count);
    if (chance.happens(trouble)) return troubled(chance, callId, note);
    if (count > mostScripts) return script(callId, [{ verb: 'hangup' }]);
    return script(callId, randomScript(chance, world, path !== '/whisper'));
  };

  internet.site('app.example', (request, url) => scripts(String(request.body ?? ''), url.pathname));
  internet.site('fallback.example', (request) => {
    const callId = callIdOf(String(request.body ?? ''));
    if (chance.happens(trouble)) return troubled(chance, callId, note);
    return script(callId, chance.happens(0.5) ? [{ verb: 'hangup' }] : randomScript(chance, world));
  });
  internet.site('sounds.example', (_request, url) => {
    if (chance.happens(trouble)) return troubled(chance, 'a sound', note);
    return {
      ...ok(chance.between(0, 300), url.pathname),
      headers: { etag: url.pathname, 'content-type': 'audio/wav' },
    };
  });
}

function ok(afterMs: number, body: string) {
  return { afterMs, status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** Everything that goes wrong with a web server. */
function troubled(chance: Chance, about: string, note: BackendParts['note']): SiteAnswer {
  const kind = chance.one([
    'dead',
    'resets',
    'silent',
    'slow',
    'error',
    'html',
    'broken',
    'unknown-verb',
    'wrong-type',
    'empty',
    'huge',
    'loop',
    'gone-away',
  ] as const);
  note('backend', `${about} meets trouble: ${kind}`);
  const afterMs = chance.between(0, 500);
  const json = { 'content-type': 'application/json' };
  switch (kind) {
    case 'dead':
      return { afterMs, failure: 'connect-failed' };
    case 'resets':
      return { afterMs, failure: 'connection-lost' };
    case 'silent':
      return { afterMs: 3_600_000, status: 200 };
    case 'slow':
      return { afterMs: chance.between(3000, 14_000), status: 200, headers: json, body: '[{"verb":"hangup"}]' };
    case 'error':
      return { afterMs, status: chance.one([400, 404, 500, 503]) };
    case 'html':
      return {
        afterMs,
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<html><body>Hello</body></html>',
      };
    case 'broken':
      return { afterMs, status: 200, headers: json, body: '[{"verb":"say","text":"he' };
    case 'unknown-verb':
      return { afterMs, status: 200, headers: json, body: '[{"verb":"say","text":"a"},{"verb":"dance"}]' };
    case 'wrong-type':
      return { afterMs, status: 200, headers: json, body: '[{"verb":"pause","length":"long"}]' };
    case 'empty':
      return { afterMs, status: 200, headers: json, body: '' };
    case 'huge':
      return { afterMs, status: 200, headers: json, body: new Uint8Array(2 * 1024 * 1024) };
    case 'loop':
      return { afterMs, status: 302, headers: { location: '/script/again' } };
    case 'gone-away':
      return { afterMs, failure: 'host-not-found' };
  }
}

function callIdOf(body: string): string {
  return /"id":"(CA[0-9a-f]{32})"/.exec(body)?.[1] ?? 'no call';
}
