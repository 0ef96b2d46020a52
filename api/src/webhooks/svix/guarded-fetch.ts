import type { OutboundHttp, OutboundRequest } from '../../outbound-http/index.js';

/** `fetch` for a library that brings none of its own care: by the guarded client, text in and out, no redirect. */
export function guardedFetch(http: OutboundHttp): typeof fetch {
  return async (input, init = {}) => {
    const { signal } = init;
    const answer = await http.request({
      method: (init.method ?? 'GET') as OutboundRequest['method'],
      url: String(input),
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof init.body === 'string' ? { body: init.body } : {}),
      ...(signal ? { signal } : {}),
    });
    // These statuses have no body, and Response refuses one (Fetch 2.2.3).
    const body = [204, 205, 304].includes(answer.status) ? null : answer.body.toString('utf8');
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}
