import type { NodeVisit } from './flow-node.js';

/** Who is to come first, by the business's own word. */
export interface SpecifiedAgents {
  /** E-mail addresses, in this order. */
  readonly agents: readonly string[];
  /** Id or name of the group that is to serve instead of the node's. */
  readonly skillGroup?: string;
}

/** A caller waits for it. */
const timeoutMs = 3000;
const maxBytes = 64 * 1024;
const mostAgents = 20;

/**
 * Asks the business's own system which agents should serve this caller first: POST with `action=specifiedSeat&version=1`, Tencent's contract. Undefined where it fails, answers an error, or
 * something else than that; the timeline says so. Never rejects.
 */
export async function specifiedAgents(template: string, visit: NodeVisit): Promise<SpecifiedAgents | undefined> {
  const { context, services, variables } = visit;
  const note = (summary: string, detail: Readonly<Record<string, unknown>> = {}) =>
    visit.note('request', summary, detail);
  try {
    const url = new URL(variables.url(template));
    url.searchParams.set('action', 'specifiedSeat');
    url.searchParams.set('version', '1');
    const answer = await services.http.request({
      method: 'POST',
      url: url.href,
      headers: { 'Content-Type': 'application/json;charset=utf-8' },
      body: JSON.stringify({
        RequestId: services.newId('RQ'),
        Timestamp: Math.floor(context.clock.now() / 1000),
        SdkAppId: context.accountId,
        SessionId: visit.contact.id,
        SessionType: 'tel',
        User: withInternationalPrefix(visit.call.direction === 'inbound' ? context.from : context.to),
      }),
      timeoutMs,
      maxBytes,
      signal: context.signal,
    });
    const specified = answer.status >= 200 && answer.status <= 299 ? read(answer.body.toString()) : undefined;
    note(specified ? 'asked which agents come first' : 'no agents were named', { status: answer.status, ...specified });
    return specified;
  } catch (error) {
    note('could not ask which agents come first', { error: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** A number as that contract has it: 00, country code, number. Others stay. */
function withInternationalPrefix(number: string): string {
  return number.startsWith('+') ? `00${number.slice(1)}` : number;
}

function read(text: string): SpecifiedAgents | undefined {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { ErrCode = 0, SeatEmails = [], SkillGroup } = answer as Readonly<Record<string, unknown>>;
  if (Number(ErrCode) !== 0 || !Array.isArray(SeatEmails)) return undefined;
  const agents = SeatEmails.filter((email) => typeof email === 'string' && email !== '').slice(0, mostAgents);
  return { agents, ...(typeof SkillGroup === 'string' && SkillGroup !== '' ? { skillGroup: SkillGroup } : {}) };
}
