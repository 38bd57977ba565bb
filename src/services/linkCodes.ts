import type { Ref } from '../channels/channel.js';
import type { Clock } from '../clock.js';
import type { LinkCode, LinkCodesStore } from '../store/linkCodes.js';

/**
 * No vowels, no W and no D, which Vietnamese keyboards turn into other letters; of letters and digits that look
 * alike, one.
 */
const ALPHABET = '23456789CFHKMNPQRTVX';
const LENGTH = 8;
const MOST_WRONG = 5;
const WRONG_FOR_MS = 3_600_000;
const MOST_ATTEMPTS = 20;

/** Why a typed code is not taken: unknown, used or past its time; or too many wrong ones, and until when. */
export type CodeRefusal = { ok: false; why: 'wrong' } | { ok: false; why: 'tooMany'; until: Date };
export type LinkCodes = ReturnType<typeof createLinkCodes>;

/** One-time codes: made with the randomness given (`randomInt(n)` is 0 to n − 1), guesses counted an account. */
export function createLinkCodes(deps: {
  codes: LinkCodesStore;
  clock: Clock;
  randomInt: (below: number) => number;
}) {
  const { codes, clock, randomInt } = deps;

  return {
    /** A new code that is good for `forMs`; the same again for the same cause. */
    async make(kept: Omit<LinkCode, 'code' | 'expireAt' | 'usedBy'>, forMs: number): Promise<LinkCode> {
      const before = await codes.byCause(kept.cause);
      if (before) return before;
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '').join(
          '',
        );
        const now = clock.now();
        const made = await codes.add({ code, ...kept, expireAt: new Date(now.getTime() + forMs) }, now);
        if (made) return made;
      }
      throw new Error('no free code was found');
    },

    /** The code that `account` typed, if it is good; a wrong one counts. */
    async read(
      account: Ref,
      typed: string,
      purpose: LinkCode['purpose'],
      cause: string,
    ): Promise<{ ok: true; code: LinkCode } | CodeRefusal> {
      const now = clock.now();
      const tries = await codes.tries(account, now);
      if (tries && tries.causes.filter((one) => one !== cause).length >= MOST_WRONG)
        return { ok: false, why: 'tooMany', until: tries.until };
      const code = parseLinkCode(typed);
      const found = code === undefined ? undefined : await codes.find(code, purpose, cause, now);
      if (found) return { ok: true, code: found };
      await codes.addTry(account, cause, now, new Date(now.getTime() + WRONG_FOR_MS));
      return { ok: false, why: 'wrong' };
    },

    /** Uses the code up; false when somebody else did. */
    use: (code: string, account: Ref, cause: string) => codes.use(code, account, cause),
  };
}

/** A code as people type it, with spaces or dashes and in small letters; undefined for what is none. */
export function parseLinkCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replace(/[\s.–-]/g, '');
  return code.length === LENGTH && [...code].every((letter) => ALPHABET.includes(letter)) ? code : undefined;
}
