import { askApi } from './ask-api.js';
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
const mostAgents = 20;

/**
 * Asks the business's own system which agents should serve this caller first: POST with `action=specifiedSeat&version=1`, Tencent's contract, signed like a script request. Undefined where
 * it fails, answers an error, or something else than that; the timeline says what came.
 */
export async function specifiedAgents(address: string, visit: NodeVisit): Promise<SpecifiedAgents | undefined> {
  const { context, services, contact, call } = visit;
  const url = new URL(address);
  url.searchParams.set('action', 'specifiedSeat');
  url.searchParams.set('version', '1');
  const body = JSON.stringify({
    RequestId: services.newId('RQ'),
    Timestamp: Math.floor(context.clock.now() / 1000),
    SdkAppId: context.accountId,
    SessionId: contact.id,
    SessionType: 'tel',
    User: withInternationalPrefix(call.direction === 'inbound' ? context.from : context.to),
  });
  const answer = await askApi({ url: url.href, body, tries: 1, timeoutMs }, visit);
  return answer && read(answer as Readonly<Record<string, unknown>>);
}

/** A number as that contract has it: 00, country code, number. Others stay. */
function withInternationalPrefix(number: string): string {
  return number.startsWith('+') ? `00${number.slice(1)}` : number;
}

function read({ ErrCode = 0, SeatEmails = [], SkillGroup }: Readonly<Record<string, unknown>>) {
  if (Number(ErrCode) !== 0 || !Array.isArray(SeatEmails)) return undefined;
  const agents = SeatEmails.filter((email) => typeof email === 'string' && email !== '').slice(0, mostAgents);
  return { agents, ...(typeof SkillGroup === 'string' && SkillGroup !== '' ? { skillGroup: SkillGroup } : {}) };
}
