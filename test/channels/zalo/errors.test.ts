import { describe, expect, it } from 'vitest';
import { actionOf, ERRORS, sentOf } from '../../../src/channels/zalo/errors.js';

/** The table of the platform facts, code by code. */
const TABLE: [string, number[], object][] = [
  ['unreachable', [-213, -217, -227, -244], { kind: 'unreachable' }],
  ['window', [-230, -232], { kind: 'later', until: 'contact' }],
  ['quota', [-211, -218], { kind: 'later', until: 'contact' }],
  ['stop', [-209, -212, -219, -221, -223, -224, -320, -321], { kind: 'later', until: 'repair' }],
  ['bug', [-201, -233, -237, -403], { kind: 'refused' }],
  ['refresh', [-216, -220], { kind: 'later' }],
  ['slow', [-32], { kind: 'later' }],
  ['night', [-234], { kind: 'later' }],
  ['expired', [-100], { kind: 'later' }],
  ['unknown', [-200, -9999, 5], { kind: 'later' }],
];

describe('the table of error codes', () => {
  it.each(TABLE.flatMap(([action, codes, sent]) => codes.map((code) => [code, action, sent] as const)))(
    '%d means %s',
    (code, action, sent) => {
      expect(actionOf(code)).toBe(action);
      expect(sentOf(code)).toEqual({ ...sent, why: `zalo${code}` });
    },
  );

  it('has no code twice', () => {
    const codes = Object.values(ERRORS).flat();
    expect(new Set(codes).size).toBe(codes.length);
  });
});
