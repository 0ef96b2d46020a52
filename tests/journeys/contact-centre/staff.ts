import { expect } from 'vitest';
import { ApiClient } from '../../installation/api-client.js';
import type { World } from '../world.js';

/** An agent as the API shows it, as far as journeys look. */
export interface AgentView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly nickname: string;
  readonly staffNumber: string;
  readonly phone: string | null;
  readonly role: string;
  readonly skillGroups: readonly { readonly skillGroupId: string; readonly name: string; readonly priority: number }[];
  readonly blockedAt: string | null;
  readonly updatedAt: string;
}

export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly updatedAt: string;
}

/** What a client gets that logged in. */
export interface Grant {
  readonly session: { readonly id: string };
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly agent: AgentView;
}

interface Sent {
  readonly channel: string;
  readonly purpose: string;
  readonly text: string;
}

/** The people of the world's contact centre, seen from outside: an administrator's program, mail boxes and phones, and clients that log in. */
export class Staff {
  readonly #world: World;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get accountId(): string {
    return this.#world.firstAccount.accountId;
  }

  /** Somebody who is in no group and has nothing yet. */
  somebody(more: object = {}): { email: string; name: string; staffNumber: string } {
    this.#count += 1;
    const mark = `${this.#count}-${Math.random().toString(36).slice(2, 8)}`;
    return { email: `agent-${mark}@example.com`, name: `Agent ${mark}`, staffNumber: mark, ...more };
  }

  /** A phone number that nobody has. */
  phone(): string {
    return this.#world.newNumber('a');
  }

  async add(more: object = {}): Promise<AgentView> {
    const { agents, errors } = await this.#world.api.post<{ agents: AgentView[]; errors: unknown[] }>('/v1/agents', {
      agents: [this.somebody(more)],
    });
    expect(errors).toEqual([]);
    return agents[0]!;
  }

  group(name: string, more: object = {}): Promise<GroupView> {
    return this.#world.api.post<GroupView>('/v1/skill-groups', { name, ...more });
  }

  /** What went to this address or number so far, newest first. */
  async sentTo(to: string): Promise<readonly Sent[]> {
    return (await this.#world.api.get<{ items: Sent[] }>(`/v1/notifications?to=${encodeURIComponent(to)}`)).items;
  }

  /** The newest of so many messages to somebody, once they are there. */
  async message(to: string, count = 1): Promise<Sent> {
    return this.#world.eventually(`message ${count} to ${to}`, async () => {
      const sent = await this.sentTo(to);
      return sent.length >= count ? sent[0] : undefined;
    });
  }

  async mailedPassword(email: string, count = 1): Promise<string> {
    return /Password: (\S+)/.exec((await this.message(email, count)).text)![1]!;
  }

  async code(phone: string, count = 1): Promise<string> {
    return /\d{6}/.exec((await this.message(phone, count)).text)![0];
  }

  /** A client with this access token, or of somebody without credentials. */
  client(accessToken = ''): ApiClient {
    return new ApiClient(this.#world.api.baseUrl, accessToken);
  }

  /** Tries to log in. */
  tryLogIn(login: object) {
    const body = 'token' in login ? login : { accountId: this.accountId, ...login };
    return this.client().request<Grant & { code?: string }>('POST', '/v1/agent-sessions', body);
  }

  async logIn(login: object): Promise<Grant> {
    const { status, body } = await this.tryLogIn(login);
    expect([status, body.code]).toEqual([201, undefined]);
    return body;
  }

  /** Logs in with the password that was mailed first. */
  async logInFirst({ email }: Pick<AgentView, 'email'>): Promise<Grant> {
    return this.logIn({ email, password: await this.mailedPassword(email) });
  }

  /** Resolves once the session's access token counts no more; rejects where it still does after some seconds. */
  async loggedOut({ accessToken, agent }: Grant): Promise<string> {
    const client = this.client(accessToken);
    return this.#world.eventually(
      'the session to end',
      async () => {
        const { status, body } = await client.request<{ code: string }>('GET', `/v1/agents/${agent.id}`);
        return status === 401 ? body.code : undefined;
      },
      10_000,
    );
  }

  async import(file: Uint8Array | string, type: string) {
    const response = await fetch(`${this.#world.api.baseUrl}/v1/agents/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#world.firstAccount.apiKey}`, 'content-type': type },
      body: typeof file === 'string' ? file : Buffer.from(file),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as {
      created: number;
      failed: number;
      errors: { row: number; email: string; code: string; message: string }[];
    };
  }
}
