/** What a call was in a contact of the contact centre, in Tencent's words and numbers (reference, sections 1 and 6): it stands in the call's CDR. */
export interface CallInContact {
  /** 1 out, 2 in, 6 internal. */
  readonly callType: number;
  /** How the stay ended of the participant whose call it was. */
  readonly endCode: EndCode;
  /** Null where that code has no number. */
  readonly endCodeNumber: number | null;
}

/** How a contact or a participant's stay ended, in Tencent's words (with its numbers in the API's description). */
export type EndCode =
  | 'ok'
  | 'seatGiveUp'
  | 'blackList'
  | 'ivrGiveUp'
  | 'waitingGiveUp'
  | 'ringingGiveUp'
  | 'noSeatOnline'
  | 'notWorkTime'
  | 'ivrEnd'
  | 'restrictedCallee'
  | 'tooManyRequest'
  | 'restrictedArea'
  | 'restrictedTime'
  | 'notAnswer'
  | 'userReject'
  | 'powerOff'
  | 'numberNotExist'
  | 'busy'
  | 'outOfCredit'
  | 'operatorError'
  | 'callerCancel'
  | 'notInService'
  | 'clientError'
  | 'carrierBlocked'
  | 'callReminder'
  | 'numberInvalid'
  | 'callRestricted'
  | 'calleeRestricted'
  | 'areaRestricted'
  | 'promptCallForwarding'
  | 'callerCancelWhileRing'
  | 'callerCancelWithoutRing'
  | 'voiceMailReached'
  | 'seatForward'
  | 'outboundForward'
  | 'unconnected'
  | 'error';
