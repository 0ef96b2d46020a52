import { createServer, type Server } from 'node:http';
import { idMaker, type NewId } from '@hookswitch/kernel/ids';
import { type Logger, silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { type Random, seededRandom } from '@hookswitch/kernel/random';
import { readDocument } from '@hookswitch/openapi/document';
import { type OperationId, operationTable } from '@hookswitch/openapi/operations';
import { Registry } from 'prom-client';
import {
  type Account,
  type AccountDeps,
  type Authenticator,
  accountCollection,
  accountOperations,
  apiKeyCollection,
  createAccount,
  createApiKey,
  createAuthenticator,
  type Scope,
} from '../accounts/index.js';
import { type Settings, settingsWith } from '../config/settings.js';
import { MemoryFailureCounter } from '../failed-attempts/memory-failure-counter.js';
import { createHttpApp, type HttpAppDeps } from '../http/create-http-app.js';
import { MemoryIdempotencyStore } from '../http/memory-idempotency-store.js';
import { requestValidators } from '../http/request-validator.js';
import { upgradesThrough } from '../http/web-socket.js';
import type { OperationHandlers } from '../operation/handler.js';
import type { Principal } from '../operation/principal.js';
import { AesSecretBox, type SecretBox } from '../secrets/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';

/** What the operations under test may be built from: memory stores, a clock that moves only when told to, seeded chance. */
export interface TestApiCore {
  readonly clock: ManualClock;
  readonly random: Random;
  readonly newId: NewId;
  readonly settings: Settings;
  readonly secretBox: SecretBox;
  readonly logger: Logger;
  readonly accountDeps: AccountDeps;
}

/** An account to test with: send `authorization` with supertest's `.set('Authorization', tenant.authorization)`. */
export interface TestTenant {
  readonly account: Account;
  readonly key: string;
  readonly authorization: string;
}

export interface TestApi extends TestApiCore {
  /** Listens on a free port of the loopback; give it to `supertest(api.server)`. */
  readonly server: Server;
  readonly baseUrl: string;
  /** The first account. */
  readonly tenant: TestTenant;
  /** Makes an account beside the first one (or under `parent`) with a key. */
  newTenant(options?: {
    name?: string;
    scopes?: readonly Scope[];
    parent?: Account;
    edition?: 'standard' | 'premium';
  }): Promise<TestTenant>;
  close(): Promise<void>;
}

const document = readDocument();
const validators = requestValidators(document);

/**
 * The real HTTP app with every answer checked against the API description, for a feature's tests. `operations` gives the feature's handlers; accounts and keys are there
 * already, and every other operation throws.
 */
export async function createTestApi(
  options: {
    operations?: (core: TestApiCore) => Partial<OperationHandlers>;
    /** Who else is known than keys; asked after `operations`. */
    authenticator?: (keys: Authenticator) => Authenticator<Principal>;
    settings?: Partial<Settings>;
    /** Of the first account. */
    edition?: 'standard' | 'premium';
    logger?: Logger;
    app?: Partial<HttpAppDeps>;
  } = {},
): Promise<TestApi> {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const newId = idMaker(clock, random);
  const settings = settingsWith({ defaultRequestsPerSecond: 10_000, ...options.settings });
  const secretBox = new AesSecretBox([Buffer.alloc(32, 7)], random);
  const logger = options.logger ?? silentLogger;
  const accountDeps: AccountDeps = {
    accounts: new MemoryTenantCollection(accountCollection),
    keys: new MemoryTenantCollection(apiKeyCollection),
    secretBox,
    clock,
    random,
    newId,
    settings,
    holdings: {},
  };
  const core: TestApiCore = { clock, random, newId, settings, secretBox, logger, accountDeps };

  const app = createHttpApp({
    settings,
    document,
    validators,
    handlers: {
      ...missingHandlers(),
      ...accountOperations(accountDeps),
      ...options.operations?.(core),
    } as OperationHandlers,
    authenticator: (options.authenticator ?? ((known) => known))(
      createAuthenticator({ ...accountDeps, logger, cacheMs: settings.authenticationCacheMs }),
    ),
    authenticationFailures: new MemoryFailureCounter(clock),
    idempotency: new MemoryIdempotencyStore(clock, settings.idempotencyKeepHours * 3_600_000),
    secretBox,
    clock,
    newId,
    logger,
    metrics: new Registry(),
    readiness: {},
    checkAnswers: true,
    ...options.app,
  });
  const server = createServer(app);
  server.on('upgrade', upgradesThrough(app));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };

  async function newTenant({
    name = 'Test',
    scopes,
    parent,
    edition,
  }: Parameters<TestApi['newTenant']>[0] = {}): Promise<TestTenant> {
    const { account } = await createAccount(accountDeps, parent ?? null, { name, edition });
    const { secret } = await createApiKey(accountDeps, account.id, null, { name: 'test key', scopes });
    return {
      account,
      key: secret,
      authorization: `Basic ${Buffer.from(`${account.id}:${secret}`).toString('base64')}`,
    };
  }

  return {
    ...core,
    server,
    baseUrl: `http://127.0.0.1:${address.port}`,
    tenant: await newTenant(options.edition && { edition: options.edition }),
    newTenant,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function missingHandlers(): Partial<OperationHandlers> {
  return Object.fromEntries(
    (Object.keys(operationTable) as OperationId[]).map((id) => [
      id,
      async () => {
        throw new Error(`${id} has no handler in this test; give it to createTestApi`);
      },
    ]),
  );
}
