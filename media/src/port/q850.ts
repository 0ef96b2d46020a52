/**
 * SIP status codes and Q.850 causes, each as the other: RFC 3398 7.2.4.1 and 8.2.6.1 (RFC 4497 8.4.1 and 8.4.4 agree where both say something). What the RFCs leave
 * open is marked.
 */
const causeByStatus: Readonly<Record<number, number>> = {
  400: 41,
  401: 21,
  402: 21,
  403: 21,
  404: 1,
  405: 63,
  406: 79,
  407: 21,
  408: 102,
  410: 22,
  413: 127,
  414: 127,
  415: 79,
  416: 127,
  420: 127,
  421: 127,
  423: 127,
  433: 24, // RFC 5079 has no row of its own: call rejected due to feature at the destination
  480: 18,
  481: 41,
  482: 25,
  483: 25,
  484: 28,
  485: 1,
  486: 17,
  487: 16, // left open: the caller gave up
  488: 65, // by Warning in the RFC; the other way round 65 is 488
  500: 41,
  501: 38,
  502: 38,
  503: 41,
  504: 102,
  505: 127,
  513: 127,
  580: 47,
  600: 17,
  603: 21,
  604: 1,
  606: 65, // by Warning, as 488
  607: 21, // RFC 8197: the callee does not want it
  608: 21, // RFC 8688
};

const statusByCause: Readonly<Record<number, number>> = {
  1: 404,
  2: 404,
  3: 404,
  17: 486,
  18: 408,
  19: 480,
  20: 480,
  21: 403,
  22: 410,
  23: 410,
  24: 433,
  25: 483,
  26: 404,
  27: 502,
  28: 484,
  29: 501,
  31: 480,
  34: 503,
  38: 503,
  41: 503,
  42: 503,
  47: 503,
  55: 403,
  57: 403,
  58: 503,
  65: 488,
  70: 488,
  79: 501,
  87: 403,
  88: 503,
  102: 504,
  111: 500,
  127: 500,
};

/** The Q.850 cause that says what this failure status does. 127 (interworking, unspecified) for those nobody maps. */
export function causeOfStatus(status: number): number {
  return causeByStatus[status] ?? 127;
}

/** The SIP status that says what this cause does; 500 for those without one (RFC 3398 7.2.4.1), 480 for normal clearing before the answer. */
export function statusOfCause(cause: number): number {
  return cause === 16 ? 480 : (statusByCause[cause] ?? 500);
}

/** Causes that say no more than that there is no call: normal, unspecified, temporary, interworking. */
const vague = new Set([16, 31, 41, 111, 127]);
/** Statuses with which gateways answer whatever the network said. */
const generic = new Set([480, 500, 503]);
/** What means the same to the caller as to us. All else (401, 415, 420, 491 …) is between us and the other leg. */
const passes = new Set([
  402, 403, 404, 408, 410, 433, 480, 482, 483, 484, 485, 486, 488, 501, 502, 504, 600, 603, 604, 606, 607, 608,
]);

/**
 * The failure of one leg as the other is told it: status, and cause for its Reason. A cause says more than the generic status it came with; a challenge that we could not
 * meet is a rejection (403); 503 is about the next hop alone (RFC 3261 16.7 step 6), so it becomes 500.
 */
export function failureAcross(status: number, q850?: number): { readonly sip: number; readonly q850: number } {
  if (q850 !== undefined && generic.has(status) && !vague.has(q850)) {
    const better = statusOfCause(q850);
    return { sip: better === 503 ? 500 : better, q850 };
  }
  const sip = status === 401 || status === 407 ? 403 : passes.has(status) ? status : 500;
  return { sip, q850: q850 ?? causeOfStatus(status) };
}
