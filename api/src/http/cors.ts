import type { Request, Response } from 'express';

const exposed =
  'Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Idempotent-Replayed, ETag, Content-Range';

/**
 * Lets pages of the given origins call the API (Fetch standard, CORS protocol). `*` lets all; credentials are never allowed, since none are sent by cookie. Tells whether the request was a
 * preflight, which is answered with that.
 */
export function cors(origins: readonly string[]): (request: Request, response: Response) => boolean {
  return (request, response) => {
    const origin = request.headers.origin;
    if (!origins.includes('*')) response.setHeader('Vary', 'Origin');
    if (origin !== undefined && (origins.includes('*') || origins.includes(origin))) {
      response.setHeader('Access-Control-Allow-Origin', origins.includes('*') ? '*' : origin);
      response.setHeader('Access-Control-Expose-Headers', exposed);
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
        response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE');
        response.setHeader(
          'Access-Control-Allow-Headers',
          'Authorization, Content-Type, Idempotency-Key, Hookswitch-Account, If-Match, Range',
        );
        response.setHeader('Access-Control-Max-Age', '7200');
        response.status(204).end();
        return true;
      }
    }
    return false;
  };
}
