import { type BaresipOptions, BaresipPhone } from '../../peers/baresip/baresip-phone.js';
import type { WireVerb } from '../../peers/script-server.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import type { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import type { World } from '../world.js';

/** What a phone of ours is set to, as `mediaEncryption` says. */
export type PhoneEncryption = 'none' | 'optional' | 'sdes' | 'dtls';

/** The phones of a case, each an endpoint of its own. */
export class PhoneWorld {
  readonly #world: World;
  readonly #open: BaresipPhone[] = [];
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Phones of this machine are known by their passwords alone: no trunk has its address. */
  async withoutTrunks(): Promise<void> {
    const { items } = await this.#world.api.get<{ items: { id: string; inbound: unknown }[] }>('/v1/trunks');
    for (const { id, inbound } of items)
      if (inbound) await this.#world.api.patch(`/v1/trunks/${id}`, { inbound: null });
  }

  /** A baresip that registers; `encrypts`: what its own setting is. */
  async baresip(
    mediaEncryption: PhoneEncryption,
    options: Partial<BaresipOptions> & { encrypts?: BaresipOptions['encryption']; runs?: readonly WireVerb[] } = {},
  ) {
    const { encrypts, runs, ...more } = options;
    const endpoint = await this.#endpoint({ mediaEncryption }, runs);
    const phone = await BaresipPhone.start({
      user: endpoint.username,
      password: endpoint.password,
      server: this.#world.sip,
      party: 'agent',
      ...(encrypts ? { encryption: encrypts } : {}),
      ...more,
    });
    this.#open.push(phone);
    await phone.registered();
    return { phone, ...endpoint };
  }

  /** A phone that knows nothing of encryption, and registers as one that is set so. */
  async registered(mediaEncryption: PhoneEncryption) {
    const endpoint = await this.#endpoint({ mediaEncryption }, undefined);
    const phone = await this.#world.phone({ user: endpoint.username, password: endpoint.password });
    await phone.register();
    return { phone, ...endpoint };
  }

  /** A phone in the clear whose calls run this script. */
  async caller(runs: readonly WireVerb[]): Promise<{ phone: TonePhone; path: string }> {
    const { username, password, path } = await this.#endpoint({}, runs);
    return { phone: await this.#world.phone({ user: username, password }), path };
  }

  /** A phone in the clear calls, and the call runs this script. */
  async call(runs: readonly WireVerb[]): Promise<ToneCall> {
    return (await this.caller(runs)).phone.dial('somebody');
  }

  async close(): Promise<void> {
    for (const phone of this.#open.splice(0)) await phone.stop();
  }

  async #endpoint(settings: object, runs: readonly WireVerb[] | undefined) {
    this.#count += 1;
    const username = `phone-${this.#count}-${Math.random().toString(36).slice(2, 8)}`;
    const path = this.#world.script([...(runs ?? [])]);
    const application = runs && {
      applicationId: (
        await this.#world.api.post<{ id: string }>('/v1/applications', {
          name: username,
          scriptUrl: this.#world.backend.url(path),
        })
      ).id,
    };
    const { endpoint, password } = await this.#world.api.post<{ endpoint: { id: string }; password: string }>(
      '/v1/endpoints',
      { username, ...settings, ...application },
    );
    return { id: endpoint.id, username, password, path };
  }
}
