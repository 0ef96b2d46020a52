import { type RequestHandler, Router } from 'express';

/**
 * One router for each first name behind `/v1`. Express tries the routes of a router one after another, so that with all operations in one each request would pay for every other
 * feature's.
 */
export class FeatureRouters {
  readonly #routers = new Map<string, Router>();

  /** The router for such a path. Its routes are whole paths. */
  of(path: string): Router {
    const name = featureOf(path);
    let router = this.#routers.get(name);
    if (!router) this.#routers.set(name, (router = Router({ caseSensitive: true })));
    return router;
  }

  /** Hands each request to its feature's router; what no route takes goes on. */
  readonly handler: RequestHandler = (request, response, next) => {
    const router = this.#routers.get(featureOf(request.path));
    if (router) router(request, response, next);
    else next();
  };
}

function featureOf(path: string): string {
  return path.split('/', 3)[2] ?? '';
}
