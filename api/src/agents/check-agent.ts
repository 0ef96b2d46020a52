import type { FieldError } from '@hookswitch/kernel/base-error';
import { isE164 } from '@hookswitch/kernel/phone-number';
import type { Agent, GroupMembership } from './agent.js';
import type { AgentDeps } from './agent-deps.js';

/** What somebody wants to be stored of an agent; null empties. */
export interface AgentFields {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly staffNumber?: string | undefined;
  readonly nickname?: string | undefined;
  readonly phone?: string | null | undefined;
  readonly extension?: string | null | undefined;
  readonly role?: string | undefined;
  readonly skillGroups?:
    | readonly { readonly skillGroupId: string; readonly priority?: number | undefined }[]
    | undefined;
  readonly endpointId?: string | null | undefined;
  readonly mobileAnswer?: Agent['mobileAnswer'] | undefined;
  readonly ringing?: Agent['ringing'] | null | undefined;
  readonly mobileCallOut?: boolean | undefined;
}

/** E-mail addresses are compared without regard to case. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Names stand in mails, on phones and in logs: on one line, and as they look. */
const oneLine = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

const rules: readonly [keyof AgentFields, (value: string) => boolean, string][] = [
  [
    'email',
    (value) =>
      value.length <= 254 &&
      oneLine.test(value) &&
      /^[^\s@<>",;:\\[\]()]+@[^\s@<>",;:\\[\]()]+\.[^\s@<>",;:\\[\]().]+$/.test(value),
    'must be an e-mail address like ann@example.com',
  ],
  [
    'name',
    (value) => value.trim() !== '' && value.length <= 100 && oneLine.test(value),
    'must have 1 to 100 characters on one line',
  ],
  ['nickname', (value) => value.length <= 100 && oneLine.test(value), 'must have at most 100 characters on one line'],
  [
    'staffNumber',
    (value) => /^[A-Za-z0-9_-]{1,32}$/.test(value),
    'must have 1 to 32 letters, digits, dashes or underscores',
  ],
  ['phone', isE164, 'must be a number in E.164 with its plus sign, like +8613800000000'],
  ['extension', (value) => /^[1-8]\d{3,5}$/.test(value), 'must have 4 to 6 digits, the first 1 to 8'],
];

/** What is wrong with the fields by themselves. Pure. */
export function fieldFaults(fields: AgentFields): FieldError[] {
  const faults: FieldError[] = [];
  for (const [field, fits, message] of rules) {
    const value = fields[field];
    if (typeof value === 'string' && !fits(value)) faults.push({ pointer: `/${field}`, message });
  }
  const ids = fields.skillGroups?.map(({ skillGroupId }) => skillGroupId) ?? [];
  fields.skillGroups?.forEach(({ skillGroupId, priority }, index) => {
    if (priority !== undefined && !isPriority(priority))
      faults.push({ pointer: `/skillGroups/${index}/priority`, message: 'must be a whole number from 1 to 5' });
    if (ids.indexOf(skillGroupId) !== index)
      faults.push({ pointer: `/skillGroups/${index}/skillGroupId`, message: 'is there twice' });
  });
  return faults;
}

/** Calls go to and from a mobile only where there is one (SOFTIN-02, SOFTOUT-05). Pure. */
export function mobileFaults({ phone, mobileAnswer, mobileCallOut }: AgentFields): FieldError[] {
  if (phone) return [];
  const message = 'needs a bound phone: give `phone` too';
  return [
    ...((mobileAnswer ?? 'off') === 'off' ? [] : [{ pointer: '/mobileAnswer', message }]),
    ...(mobileCallOut ? [{ pointer: '/mobileCallOut', message }] : []),
  ];
}

export function isPriority(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 5;
}

/** What the fields name that the account does not have. */
export async function referenceFaults(
  { skillGroups, endpoints }: Pick<AgentDeps, 'skillGroups' | 'endpoints'>,
  accountId: string,
  { skillGroups: memberships = [], endpointId }: Pick<AgentFields, 'skillGroups' | 'endpointId'>,
): Promise<FieldError[]> {
  const faults: FieldError[] = [];
  const found = await Promise.all(memberships.map(({ skillGroupId }) => skillGroups.get(accountId, skillGroupId)));
  found.forEach((group, index) => {
    if (!group)
      faults.push({
        pointer: `/skillGroups/${index}/skillGroupId`,
        message: `must be the id of one of the account's skill groups`,
      });
  });
  if (typeof endpointId === 'string' && !(await endpoints.get(accountId, endpointId)))
    faults.push({ pointer: '/endpointId', message: `must be the id of one of the account's SIP phones` });
  return faults;
}

/** Memberships with the default priority where none is given. */
export function memberships(
  given: NonNullable<AgentFields['skillGroups']>,
  priority: number,
): readonly GroupMembership[] {
  return given.map((one) => ({ skillGroupId: one.skillGroupId, priority: one.priority ?? priority }));
}
