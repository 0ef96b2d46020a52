import { type OutboundFailure, OutboundHttpError } from './outbound-http.js';

/** Names the failure behind what undici or Node threw. `state` says whether our own limit or the caller's signal was the reason. */
export function outboundHttpErrorFrom(
  error: unknown,
  url: string,
  state: { timedOut: boolean; aborted: boolean | undefined },
): OutboundHttpError {
  if (error instanceof OutboundHttpError) return error;
  if (state.aborted) return new OutboundHttpError('request-aborted', `The request to ${url} was given up.`, error);
  if (state.timedOut) {
    return new OutboundHttpError('request-timeout', `${url} did not answer completely in time.`, error);
  }
  const code = codeOf(error);
  const failure = failures[code] ?? (tlsFailure.test(code) ? 'connect-failed' : 'connection-lost');
  return new OutboundHttpError(failure, `${sentences[failure] ?? 'No connection to'} ${url} (${code}).`, error);
}

const tlsFailure = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH$)/;

const failures: Readonly<Record<string, OutboundFailure>> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
  ECONNREFUSED: 'connect-failed',
  EHOSTUNREACH: 'connect-failed',
  ENETUNREACH: 'connect-failed',
  EADDRNOTAVAIL: 'connect-failed',
  EACCES: 'connect-failed',
  HTTPParserError: 'bad-response',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_SOCKET: 'connection-lost',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  UND_ERR_CLOSED: 'request-aborted',
  UND_ERR_DESTROYED: 'request-aborted',
  UND_ERR_HEADERS_OVERFLOW: 'bad-response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection-lost',
  UND_ERR_INVALID_ARG: 'bad-url',
};

const sentences: Partial<Record<OutboundFailure, string>> = {
  'host-not-found': 'No such host:',
  'connect-timeout': 'No connection in time to',
  'connection-lost': 'The connection was lost before the answer of',
  'bad-response': 'Not an HTTP answer from',
  'bad-url': 'Cannot ask',
};

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error ? error.name : 'unknown';
}
