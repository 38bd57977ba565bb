import type { Sent } from '../channel.js';

/** What an error code asks of us. */
export type ErrorAction =
  | 'refresh' // the access token is no more: refresh it, try once more
  | 'slow' // too many requests: back off
  | 'unreachable' // this person cannot be reached: leave them alone
  | 'window' // no recent interaction
  | 'quota' // of the account or of this person
  | 'stop' // configuration, package or money: nothing goes until somebody mends it
  | 'template' // the template cannot be sent; plain messages can
  | 'night' // not at this hour
  | 'expired' // the uploaded file is no more
  | 'bug' // our mistake
  | 'unknown'; // not in the table: tried again, given up by the outbox in the end

/**
 * The one table of the platform's error codes (an application error arrives with HTTP 200). −109 … −147 and those
 * below −1000 come from templates only.
 */
export const ERRORS: Readonly<Record<Exclude<ErrorAction, 'unknown'>, readonly number[]>> = {
  refresh: [-216, -220, -124],
  slow: [-32],
  unreachable: [-213, -217, -227, -244, -114, -118, -119, -139, -140, -141],
  window: [-230, -232],
  quota: [-211, -218, -115, -144, -1441, -147, -1471, -1472],
  stop: [-204, -205, -209, -212, -219, -221, -223, -224, -235, -240, -242, -320, -321],
  template: [
    -109, -111, -112, -1121, -1122, -1124, -117, -120, -131, -132, -135, -1351, -136, -137, -138, -145, -146,
    -249,
  ],
  night: [-234, -133],
  expired: [-100],
  bug: [-201, -210, -233, -237, -248, -403],
};

const BY_CODE = new Map(
  Object.entries(ERRORS).flatMap(
    ([action, codes]) => codes.map((code) => [code, action as ErrorAction] as const), // the keys of ERRORS are its actions
  ),
);

/** What a code means; 'unknown' for one that is not in the table. */
export function actionOf(code: number): ErrorAction {
  return BY_CODE.get(code) ?? 'unknown';
}

/** What a code says about a message that was to be sent, as far as no more is known than the code. */
export function sentOf(code: number): Sent {
  const why = `zalo${code}`;
  switch (actionOf(code)) {
    case 'unreachable':
      return { kind: 'unreachable', why };
    case 'bug':
      return { kind: 'refused', why };
    case 'window':
    case 'quota':
    case 'template':
      return { kind: 'later', why, until: 'contact' };
    case 'stop':
      return { kind: 'later', why, until: 'repair' };
    case 'refresh':
    case 'slow':
    case 'night':
    case 'expired':
    case 'unknown':
      return { kind: 'later', why };
  }
}
