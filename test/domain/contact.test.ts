import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  maskEmail,
  maskPhone,
  parseAddress,
  parseEmail,
  parseName,
  parsePhone,
} from '../../src/domain/contact.js';

describe('a phone number', () => {
  it.each([
    ['0912345678', '+84912345678'],
    ['0912.345.678', '+84912345678'],
    ['(091) 234-5678', '+84912345678'],
    ['+84 912 345 678', '+84912345678'],
    ['84912345678', '+84912345678'],
    ['0084912345678', '+84912345678'],
    ['SĐT: 0912 345 678', '+84912345678'],
    ['02973862345', '+842973862345'],
    ['0297 3862 345', '+842973862345'],
    ['+855 12 345 678', '+85512345678'],
  ])('written %j is %s', (text, e164) => expect(parsePhone(text)).toEqual({ ok: true, e164 }));

  it.each([
    '',
    'không có',
    '091234567',
    '09123456789',
    '1022',
    '113',
    '0912345678 0987654321',
    'x'.repeat(100_000),
  ])('is not read from %.30j', (text) =>
    expect(parsePhone(text)).toEqual({ ok: false, key: 'contact:phoneInvalid' }),
  );

  it.each(['01234567890', '0168 234 5678', '+841234567890'])('of the old kind, %s, is told apart', (text) => {
    expect(parsePhone(text)).toEqual({ ok: false, key: 'contact:phoneOld' });
  });

  it('read again from its E.164 form is the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), (n) => {
        const e164 = `+8491${String(n).padStart(7, '0')}`;
        expect(parsePhone(e164)).toEqual({ ok: true, e164 });
        expect(parsePhone(`0${e164.slice(3)}`)).toEqual({ ok: true, e164 });
      }),
    );
  });

  it.each([
    ['+84912345678', '+84••••••678'],
    ['+14155552671', '+••••••••671'],
    ['+12', '+••'],
    ['', ''],
  ])('%s is masked as %s', (e164, masked) => expect(maskPhone(e164)).toBe(masked));
});

describe('an e-mail address', () => {
  it.each([
    [' Nguyen.An@GMAIL.com ', 'Nguyen.An@gmail.com'],
    ['mailto:a@b.vn', 'a@b.vn'],
    [`${'a'.repeat(60)}@kiengiang.gov.vn`, `${'a'.repeat(60)}@kiengiang.gov.vn`],
  ])('is read from %j', (text, email) => expect(parseEmail(text)).toEqual({ ok: true, email }));

  it.each([
    '',
    'a@b',
    'danhoichinhquyentraloikiengiang.gov.vn',
    'a b@c.vn',
    'a@b.vn, c@d.vn',
    `a@${'b'.repeat(260)}.vn`,
  ])('is not read from %.40j', (text) =>
    expect(parseEmail(text)).toEqual({ ok: false, key: 'contact:emailInvalid' }),
  );

  it('is masked but for its first letter and domain', () => {
    expect(maskEmail('nguyen@gmail.com')).toBe('n•••@gmail.com');
    expect(maskEmail('nonsense')).toBe('•••');
  });
});

describe('a name', () => {
  it.each([
    ['  Nguyễn   Thị\nÁnh ', 'Nguyễn Thị Ánh'],
    ['Cty TNHH 3 Miền', 'Cty TNHH 3 Miền'],
    ['Ý Ân', 'Ý Ân'],
  ])('is read from %j', (text, name) => expect(parseName(text)).toEqual({ ok: true, name }));

  it.each([
    ['', 'nameInvalid'],
    ['A', 'nameInvalid'],
    ['0912345678', 'nameInvalid'],
    ['…!', 'nameInvalid'],
    ['ế'.repeat(101), 'nameTooLong'],
  ])('is not read from %.20j', (text, key) =>
    expect(parseName(text)).toEqual({ ok: false, key: `contact:${key}` }),
  );

  it('may have a hundred letters however they were composed', () => {
    expect(parseName('ế'.normalize('NFD').repeat(100)).ok).toBe(true);
  });
});

describe('an address', () => {
  it('is read as one line', () => {
    expect(parseAddress(' 12/3\nNguyễn Trung Trực ')).toEqual({
      ok: true,
      address: '12/3 Nguyễn Trung Trực',
    });
  });

  it.each([
    ['12', 'addressInvalid'],
    ['---', 'addressInvalid'],
    ['a'.repeat(201), 'addressTooLong'],
  ])('is not read from %.20j', (text, key) =>
    expect(parseAddress(text)).toEqual({ ok: false, key: `contact:${key}` }),
  );
});
