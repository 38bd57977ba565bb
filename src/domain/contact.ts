import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { z } from 'zod';
import { normalize, textLength } from './text.js';

/** What a person typed was wrong; `key` names the sentence that says what to write instead. */
export type WrongReply = { ok: false; key: string };

const LONGEST_PHONE = 60; // characters typed, spaces and a word before the number included
const LONGEST_EMAIL = 254; // RFC 5321
const NAME_LENGTH = { min: 2, max: 100 };
const ADDRESS_LENGTH = { min: 3, max: 200 };
/** The 11-digit mobile numbers that ended in 2018. */
const OLD_MOBILE = /^(?:\+?84|0084|0)1[2689]\d{8}$/;
const email = z.email().max(LONGEST_EMAIL);

/** Reads a phone number as people write it (09…, +84…, 0084…, landlines; foreign ones with +). Gives E.164. */
export function parsePhone(text: string): { ok: true; e164: string } | WrongReply {
  const typed = normalize(text);
  if (typed.length > LONGEST_PHONE) return wrong('phoneInvalid');
  if (OLD_MOBILE.test(typed.replace(/[\s.()-]/g, ''))) return wrong('phoneOld');
  // 00 is how a call abroad is dialled in Vietnam; the library knows it, but not before 84.
  const number = parsePhoneNumberFromString(typed.replace(/^\s*00\s*84/, '+84'), 'VN');
  return number?.isValid() ? { ok: true, e164: number.number } : wrong('phoneInvalid');
}

/** Reads an e-mail address; its domain is put in lower case. */
export function parseEmail(text: string): { ok: true; email: string } | WrongReply {
  const typed = normalize(text).replace(/^mailto:/i, '');
  const parsed = email.safeParse(typed);
  if (!parsed.success) return wrong('emailInvalid');
  const at = parsed.data.lastIndexOf('@');
  return { ok: true, email: parsed.data.slice(0, at) + parsed.data.slice(at).toLowerCase() };
}

/** Reads the name of a person, business or organisation: one free field, 2 to 100 characters, with letters in it. */
export function parseName(text: string): { ok: true; name: string } | WrongReply {
  const name = oneLine(text);
  const length = textLength(name);
  if (length > NAME_LENGTH.max) return wrong('nameTooLong');
  if (length < NAME_LENGTH.min || !/\p{L}/u.test(name)) return wrong('nameInvalid');
  return { ok: true, name };
}

/** Reads a free-text address (street, hamlet): 3 to 200 characters, with a letter or digit in it. */
export function parseAddress(text: string): { ok: true; address: string } | WrongReply {
  const address = oneLine(text);
  const length = textLength(address);
  if (length > ADDRESS_LENGTH.max) return wrong('addressTooLong');
  if (length < ADDRESS_LENGTH.min || !/[\p{L}\p{N}]/u.test(address)) return wrong('addressInvalid');
  return { ok: true, address };
}

/** A number that its owner recognises and nobody else can call: +84•••••••678. */
export function maskPhone(e164: string): string {
  const shown = e164.length > 6 ? 3 : 0;
  const start = e164.startsWith('+84') ? 3 : Math.min(1, e164.length);
  const hidden = Math.max(0, e164.length - start - shown);
  return e164.slice(0, start) + '•'.repeat(hidden) + e164.slice(e164.length - shown, e164.length);
}

/** An address that its owner recognises: n•••@gmail.com. The number of dots says nothing about the length. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return '•••';
  const [first = ''] = address;
  return `${first}•••${address.slice(at)}`;
}

function oneLine(text: string): string {
  return normalize(text).replace(/\s+/g, ' ');
}

function wrong(name: string): WrongReply {
  return { ok: false, key: `contact:${name}` };
}
