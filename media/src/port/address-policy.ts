/** Which addresses SIP may be sent to. The engine asks it with every address that was not proven by packets from there. */
export interface AddressPolicy {
  /**
   * Undefined where requests may go to this IP address, else a few words saying what it is ("a private address"). `namedBy`: who named the target,
   * anybody who may place calls, or the installation itself, which may know more addresses.
   */
  refusal(address: string, namedBy: TargetNamer): string | undefined;
}

/** Who named a target of a call or registration. */
export type TargetNamer = 'anybody' | 'installation';
