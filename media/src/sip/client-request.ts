import { isIP } from 'node:net';
import { DigestClient } from './auth/digest-client.js';
import { composeRequest, type RequestDraft } from './compose.js';
import type { Flow } from './flow.js';
import type { SipResponse } from './parse/message.js';
import type { SipCredentials } from './sip-command.js';
import type { Stack } from './stack.js';

/** Servers of one name that a request is sent to, one after another: silence of each takes 32 s. */
const mostServers = 2;

/**
 * Sends a request other than INVITE and answers challenges to it. `draft` is asked for each try, since each needs a CSeq of its own (RFC 3261 22.2);
 * `done` hears the final status once: 408 where no answer came, 503 where the transport failed. Where the next hop is a name, another server of its is asked before
 * (RFC 3263 4.3).
 */
export function sendRequest(
  stack: Stack,
  draft: () => RequestDraft,
  credentials: SipCredentials | undefined,
  done: (status: number, response: SipResponse | undefined, flow?: Flow) => void,
): void {
  const digest = credentials && new DigestClient(credentials, stack.settings.random);
  let serversLeft = mostServers;
  const attempt = () => {
    const request = draft();
    const named = isIP(request.target.address) === 0;
    // What a name led to is kept by the target it was asked for: each try asks anew.
    const target = named ? { ...request.target } : request.target;
    const branch = `z9hG4bK${stack.token()}`;
    const bytes = composeRequest(stack.settings, request, branch, digest?.headers());
    stack.transactions.request(branch, request.method, bytes, target, {
      response(response, flow) {
        const { status } = response;
        if (status < 200) return;
        const challenged = (status === 401 || status === 407) && digest;
        const asked = { method: request.method, uri: request.uri, body: request.body?.content };
        if (challenged && digest.take(response, asked)) attempt();
        else done(status, response, flow);
      },
      failed(status) {
        if (!named || --serversLeft <= 0) return done(status, undefined);
        stack.unserved(target);
        attempt();
      },
    });
  };
  attempt();
}
