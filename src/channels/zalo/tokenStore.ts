/** Where the pair of tokens is kept: the store gives this (`src/store/zaloTokens.ts`), encrypted there. */

/** `version` grows whenever another pair is stored; a pair that was never exchanged has no access token yet. */
export type TokenRecord = {
  version: number;
  refreshToken: string;
  accessToken?: string;
  expiresAt: Date;
  /** Marks of the first tokens from the settings that were used already. */
  seeds: string[];
  /** Somebody is exchanging the refresh token, until then at the latest. */
  lease?: { owner: string; until: Date };
  /** The platform refused the refresh token: only a new first token helps. */
  refused?: { at: Date; code: number };
};

export type TokenPair = { accessToken: string; refreshToken: string; expiresAt: Date };

/** Each change is one compare-and-set and tells whether it was made. All reject when the store is away. */
export type TokenStore = {
  load(): Promise<TokenRecord | undefined>;
  /** Stores the very first refresh token, if there is no record yet. */
  begin(first: { refreshToken: string; seed: string }): Promise<boolean>;
  /** Takes the exchange of this version, if nobody has it or theirs has ended. */
  lease(version: number, owner: string, now: Date, until: Date): Promise<boolean>;
  release(version: number, owner: string): Promise<void>;
  /** Puts the new pair in the place of `version`; ends lease and refusal. */
  replace(version: number, pair: TokenPair): Promise<boolean>;
  /** Marks `version` as refused; true for the one call that did. */
  refuse(version: number, refused: { at: Date; code: number }): Promise<boolean>;
  /** Puts a new first token in the place of a refused `version`. */
  adopt(version: number, first: { refreshToken: string; seed: string }): Promise<boolean>;
};
