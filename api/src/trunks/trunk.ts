import type { DiversionForm } from '@hookswitch/media/port/diversion';
import type { MediaEncryption } from '@hookswitch/media/port/media-encryption';
import type { ReliableProvisionals } from '@hookswitch/media/port/reliable-provisionals';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** The way to and from a carrier or a PBX (LINE-01). */
export interface Trunk extends TenantRecord {
  readonly name: string;
  readonly enabled: boolean;
  readonly inbound?: TrunkInbound;
  readonly outbound?: TrunkOutbound;
  readonly limits: TrunkLimits;
  /** Whether what is behind it may transfer calls by REFER. Default: `disable-all`. */
  readonly transferMode?: 'disable-all' | 'enable-all';
  /** `addresses` of `inbound` and the digest user name, once more on top, so that they can be looked up and be unique over the installation. */
  readonly inboundAddresses?: readonly string[];
  readonly inboundUsername?: string;
}

/** Who may send us calls over it. */
export interface TrunkInbound {
  /** IP addresses or networks (CIDR) whose calls are taken without digest. */
  readonly addresses: readonly string[];
  /** User name and sealed password of a peer that authenticates by digest instead. */
  readonly username?: string;
  readonly sealedPassword?: string;
  /** What is done to the dialled and the caller's number as they come, to make them E.164. */
  readonly numberRules: readonly NumberRule[];
  /** Whether P-Asserted-Identity, Diversion and History-Info are believed. */
  readonly trustIdentity: boolean;
  /** Default `on`. */
  readonly reliableProvisionals?: ReliableProvisionals;
}

/** How calls leave over it. */
export interface TrunkOutbound {
  /** `sip:host[:port][;transport=…]`, tried in order. */
  readonly proxies: readonly string[];
  readonly username?: string;
  readonly sealedPassword?: string;
  /** Host for From and P-Asserted-Identity. Ours where left away. */
  readonly fromHost?: string;
  /** Whether P-Asserted-Identity is sent. */
  readonly assertIdentity: boolean;
  /** How it is told who sent a call on. Not at all where left away. */
  readonly diversion?: DiversionForm;
  /** Default `none`. */
  readonly mediaEncryption?: MediaEncryption;
  /** Default `on`. */
  readonly reliableProvisionals?: Exclude<ReliableProvisionals, 'prefer'>;
  /** Keep us registered there. */
  readonly register?: { readonly registrar: string; readonly expiresSeconds: number };
  /** What is done to E.164 numbers before they are sent. */
  readonly numberRules: readonly NumberRule[];
  /** Prefixes of E.164 numbers it carries; empty: all. */
  readonly prefixes: readonly string[];
}

/** Replaces a leading part of a number: `{ prefix: '+', replacement: '00' }`. The first rule whose prefix fits is applied, and only it. */
export interface NumberRule {
  readonly prefix: string;
  readonly replacement: string;
}

export interface TrunkLimits {
  /** Calls up or being set up, both directions. 0: no limit of its own. */
  readonly concurrentCalls: number;
  /** New calls a second, both directions. 0: no limit of its own. */
  readonly callsPerSecond: number;
}

export type TrunkStore = TenantCollection<Trunk>;

export const trunkCollection: CollectionDefinition<Trunk> = {
  name: 'trunks',
  unique: [{ name: 'username', fields: ['inboundUsername'], within: 'installation' }],
  sharedIndexes: [['inboundAddresses']],
};

/** The number after the first rule whose prefix fits; unchanged where none does, and where it is a name (`anonymous`) and no number. */
export function applyNumberRules(number: string, rules: readonly NumberRule[]): string {
  if (!/^[+0-9*#]/.test(number)) return number;
  const rule = rules.find((one) => number.startsWith(one.prefix));
  return rule ? rule.replacement + number.slice(rule.prefix.length) : number;
}
