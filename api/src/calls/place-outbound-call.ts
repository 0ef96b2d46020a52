import type { Headers } from '@hookswitch/media/port/live-call';
import type { Call, CallScript } from '../call-records/call.js';
import type { ActiveCall } from './active-call.js';
import {
  CallerIdNotAllowedError,
  DestinationNotAllowedError,
  InvalidCallRequestError,
  ShuttingDownError,
} from './call-errors.js';
import type { CallsDeps } from './calls-deps.js';
import { noteOn } from './note-on.js';
import { activeAccount, outboundBudget } from './outbound-checks.js';
import type { CallAccount, CallApplication } from './routing/call-routing.js';
import { type Destination, mayDial, parseDestination } from './routing/dialing-policy.js';
import { startOutboundLeg } from './start-outbound-leg.js';

/** A call asked for by API. Plain data: it may come from another process. */
export interface PlaceCall {
  /** Made by whoever asks, so that he can look the call up where the answer is lost. */
  readonly callId: string;
  readonly accountId: string;
  /** An E.164 number, a SIP URI, or an endpoint's id. */
  readonly to: string;
  /** A number of the account; for SIP URIs and endpoints a SIP user will do. */
  readonly from: string;
  readonly fromDisplayName?: string;
  /** `id`: nobody is told who calls. Default `none`. */
  readonly callerIdPrivacy?: 'none' | 'id';
  /** Exactly one of `script` and `applicationId`. */
  readonly script?: CallScript;
  readonly applicationId?: string;
  readonly statusCallbackUrl?: string;
  readonly ringTimeoutSeconds: number;
  readonly timeLimitSeconds: number;
  /** Sent once it is answered, before the script. */
  readonly sendDigits?: string;
  /** Records it from the answer on. */
  readonly record?: { readonly channels: 1 | 2 };
  readonly tags?: Readonly<Record<string, string>>;
  readonly headers?: Headers;
  readonly trunkId?: string;
  readonly credentials?: { readonly username: string; readonly password: string };
}

/**
 * Places a call: policy, caps and way out first, then record and leg; its script starts at the answer. Resolves once the call is stored and under way.
 */
export async function placeOutboundCall(request: PlaceCall, deps: CallsDeps): Promise<Call> {
  return deps.registry.during(async () => {
    if (deps.draining()) throw new ShuttingDownError();
    const account = await activeAccount(request.accountId, deps);
    const destination = parseDestination(request.to);
    if (!destination) throw new InvalidCallRequestError({ pointer: '/to', message: destinationHelp });
    const from = await callerId(request.from, destination, account, deps);
    if (!mayDial(destination, account)) throw new DestinationNotAllowedError(request.to);
    const application = await applicationOf(request, deps);
    const route = await deps.routing.routeOutbound({
      accountId: account.id,
      destination,
      from,
      ...(request.trunkId === undefined ? {} : { trunkId: request.trunkId }),
      ...(request.credentials === undefined ? {} : { credentials: request.credentials }),
    });
    const budget = await outboundBudget(account, deps);
    const release = deps.admission.enter({
      direction: 'outbound',
      account,
      trunk: route.trunk,
      minutesToday: budget.minutesToday,
    });
    const script = request.script ?? application?.script;
    const statusCallbackUrl = request.statusCallbackUrl ?? application?.statusCallbackUrl;
    const active = await startOutboundLeg(
      {
        call: {
          id: request.callId,
          accountId: account.id,
          contactId: deps.newId('CN'),
          direction: 'outbound-api',
          from,
          to: destination.kind === 'number' ? destination.number : request.to,
          ...(request.fromDisplayName === undefined ? {} : { fromDisplayName: request.fromDisplayName }),
          status: 'queued',
          ...(route.trunk === undefined ? {} : { trunkId: route.trunk.id }),
          ...(route.endpointId === undefined ? {} : { endpointId: route.endpointId }),
          ...(application === undefined ? {} : { applicationId: application.id }),
          ...(script === undefined ? {} : { script }),
          scriptRevision: 0,
          ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
          nodeId: deps.nodeId,
          createdAt: deps.clock.now(),
          timeLimitSeconds: Math.min(request.timeLimitSeconds, budget.secondsLeft),
          tags: request.tags ?? {},
          recordingIds: [],
        },
        route,
        hidden: request.callerIdPrivacy === 'id',
        ringTimeoutSeconds: request.ringTimeoutSeconds,
        headers: request.headers,
        signingSecrets: application?.signingSecrets ?? account.signingSecrets,
        release,
      },
      deps,
    );
    active.leg.events.once('answered', () => void begin(active, request, deps));
    return active.call;
  });
}

const destinationHelp =
  'must be a number in E.164 (+14155550100), a SIP URI (sip:anna@example.com) or an endpoint id (SE…)';

async function applicationOf(
  { accountId, applicationId }: PlaceCall,
  { routing }: Pick<CallsDeps, 'routing'>,
): Promise<CallApplication | undefined> {
  if (applicationId === undefined) return undefined;
  const application = await routing.application(accountId, applicationId);
  if (application) return application;
  throw new InvalidCallRequestError({ pointer: '/applicationId', message: 'is no application of this account' });
}

async function callerId(
  asked: string,
  destination: Destination,
  account: CallAccount,
  { routing }: Pick<CallsDeps, 'routing'>,
): Promise<string> {
  // Within the account's own phones a name says more than a number.
  if (destination.kind === 'endpoint' && !asked.startsWith('+')) return asked;
  if (await routing.ownsNumber(account.id, asked)) return asked;
  throw new CallerIdNotAllowedError(asked);
}

/** What follows the answer: digits, recording, script. */
async function begin(active: ActiveCall, request: PlaceCall, deps: CallsDeps): Promise<void> {
  const { leg, scripts } = active;
  try {
    if (request.record) {
      const { accountId, id: callId } = active;
      await deps.recorder.start({ accountId, callId, leg, source: 'OutboundAPI', channels: request.record.channels });
    }
    if (request.sendDigits !== undefined) await leg.sendDigits(request.sendDigits);
  } catch (error) {
    active.logger.error({ err: error }, 'A call could not be recorded or sent digits to.');
    noteOn(
      active,
      deps.timeline,
    )({ kind: 'error', summary: 'digits or recording failed; the script runs all the same' });
  }
  // A live update may have brought another script by now.
  const { script } = active.call;
  if (script && leg.status !== 'ended' && !scripts?.started) scripts?.start(script);
}
