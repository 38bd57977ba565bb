import type { Clock } from '../../src/clock.js';
import { ApiError } from './apiError.js';

const ACCESS_MS = 90_000_000; // 25 hours
const REFRESH_MS = 90 * 86_400_000; // three months

export type Grants = ReturnType<typeof createGrants>;

/**
 * OAuth v4 of the account: a refresh token works once and gives a new pair, at which the access token before dies.
 * The codes of refusals are not confirmed by any reference.
 */
export function createGrants(clock: Clock, app: { appId: string; appSecret: string }) {
  const refreshTokens = new Map<string, number>();
  let access: { token: string; until: number } | undefined;
  let count = 0;
  const now = (): number => clock.now().getTime();
  const newRefreshToken = (): string => {
    const token = `refresh-${++count}-simulated`;
    refreshTokens.set(token, now() + REFRESH_MS);
    return token;
  };

  return {
    /** What the console gives when an admin grants the app its rights: a first refresh token. */
    grant: newRefreshToken,
    /** Takes everything back, as an admin can. */
    revoke(): void {
      refreshTokens.clear();
      access = undefined;
    },
    exchange(form: URLSearchParams, secret: string | undefined): Record<string, string> {
      if (form.get('app_id') !== app.appId) throw new ApiError(-14002, 'Invalid appId');
      if (secret !== app.appSecret) throw new ApiError(-14004, 'Invalid secret key');
      if (form.get('grant_type') !== 'refresh_token') throw new ApiError(-14005, 'Invalid grant type');
      const given = form.get('refresh_token') ?? '';
      const until = refreshTokens.get(given);
      refreshTokens.delete(given);
      if (until === undefined) throw new ApiError(-14014, 'Invalid refresh token');
      if (until <= now()) throw new ApiError(-14020, 'Refresh token expired');
      access = { token: `access-${++count}-simulated`, until: now() + ACCESS_MS };
      return {
        access_token: access.token,
        refresh_token: newRefreshToken(),
        expires_in: String(ACCESS_MS / 1_000),
      };
    },
    /** Throws what a call with this access token is refused with. */
    check(token: string | undefined): void {
      if (access === undefined || token !== access.token) throw new ApiError(-216, 'Access token is invalid');
      if (access.until <= now()) throw new ApiError(-220, 'access_token is expired or removed');
    },
    /** @internal For tests that call the API by hand. */
    accessToken: (): string | undefined => access?.token,
  };
}
