import type { Clock } from '@hookswitch/kernel/clock';
import { isE164 } from '@hookswitch/kernel/phone-number';
import { type OutboundHttp, OutboundHttpError } from '../outbound-http/index.js';
import type { SecretBox } from '../secrets/index.js';
import { ShortCache } from '../store/short-cache.js';
import { type NumberMapper, type NumberMapping, NumberMappingError } from './number-mapper.js';

type Mode = 'PhoneToUID' | 'UIDToPhone';

interface HttpNumberMapperInit {
  readonly http: OutboundHttp;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  /** Answers are remembered so long, milliseconds. Default a minute. */
  readonly keepMs?: number;
  /** For one request. Default 3,000. */
  readonly timeoutMs?: number;
}

/** Asks over HTTP in Tencent's format: POST with Basic authentication, `{Numbers, Mode}` answered by `{Code: 0, Results: [{Key, Value}]}`. Numbers go as 0086… and so on. */
export class HttpNumberMapper implements NumberMapper {
  readonly #init: HttpNumberMapperInit;
  readonly #known: ShortCache<string>;

  constructor(init: HttpNumberMapperInit) {
    this.#init = init;
    this.#known = new ShortCache(init.clock, { keepMs: init.keepMs ?? 60_000 });
  }

  async userIdOf(accountId: string, mapping: NumberMapping, number: string): Promise<string> {
    return this.#ask(accountId, mapping, 'PhoneToUID', number.replace(/^\+/, '00'));
  }

  async numberOf(accountId: string, mapping: NumberMapping, userId: string): Promise<string> {
    const number = (await this.#ask(accountId, mapping, 'UIDToPhone', userId)).replace(/^00/, '+');
    if (!isE164(number)) throw new NumberMappingError('it answered something that is no number');
    return number;
  }

  #ask(accountId: string, mapping: NumberMapping, mode: Mode, key: string): Promise<string> {
    return this.#known.get(JSON.stringify([accountId, mapping.url, mode, key]), () =>
      this.#request(accountId, mapping, mode, key),
    );
  }

  async #request(accountId: string, mapping: NumberMapping, mode: Mode, key: string): Promise<string> {
    const { http, secretBox, timeoutMs = 3000 } = this.#init;
    const password = secretBox.open(mapping.sealedPassword, accountId);
    const answer = await http
      .request({
        method: 'POST',
        url: mapping.url,
        headers: {
          'Content-Type': 'application/json;charset=utf-8',
          Authorization: `Basic ${Buffer.from(`${mapping.username}:${password}`).toString('base64')}`,
        },
        body: JSON.stringify({ Numbers: [key], Mode: mode }),
        timeoutMs,
        maxBytes: 64 * 1024,
        // Numbers go where the company said, and nowhere else.
        maxRedirects: 0,
      })
      .catch((error: unknown) => {
        throw new NumberMappingError(error instanceof OutboundHttpError ? error.failure : 'no answer', error);
      });
    if (answer.status !== 200) throw new NumberMappingError(`it answered ${answer.status}`);
    return valueFor(key, answer.body);
  }
}

function valueFor(key: string, body: Buffer): string {
  let answer: { Code?: unknown; Results?: unknown } | null;
  try {
    answer = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new NumberMappingError('its answer is not JSON', error);
  }
  if (answer?.Code !== 0) throw new NumberMappingError('its answer has no Code 0');
  const results: readonly unknown[] = Array.isArray(answer.Results) ? answer.Results : [];
  const found = results.find((result): result is { Value: string } => {
    const { Key, Value } = (result ?? {}) as { Key?: unknown; Value?: unknown };
    return Key === key && typeof Value === 'string' && Value.length > 0 && Value.length <= 200;
  });
  if (!found) throw new NumberMappingError('its answer does not have what was asked for');
  return found.Value;
}
