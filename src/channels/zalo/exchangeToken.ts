import type { AxiosInstance } from 'axios';
import type { Clock } from '../../clock.js';
import { actionOf } from './errors.js';
import { PATHS } from './facts.js';
import type { TokenPair } from './tokenStore.js';
import { answerSchema, tokenSchema } from './wire.js';

/** Errors of a connection that was never made: the request has certainly not reached the platform. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

export type Exchange =
  | { kind: 'pair'; pair: TokenPair }
  | { kind: 'refused'; code: number }
  /** `sent`: the platform may have taken the refresh token all the same. */
  | { kind: 'away'; why: string; sent: boolean };

/**
 * Exchanges a refresh token, which works once, for a new pair (OAuth v4: form-encoded, the app's secret in the header
 * `secret_key`). Never rejects. Any application error but −32 is final.
 */
export async function exchangeToken(
  http: AxiosInstance,
  given: { appId: string; appSecret: string; refreshToken: string; clock: Clock },
): Promise<Exchange> {
  const form = new URLSearchParams({
    refresh_token: given.refreshToken,
    app_id: given.appId,
    grant_type: 'refresh_token',
  });
  const asked = given.clock.now().getTime();
  try {
    const { status, data } = await http.post<unknown>(PATHS.token, form, {
      headers: { secret_key: given.appSecret },
    });
    const pair = tokenSchema.safeParse(data);
    if (status < 300 && pair.success) {
      const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = pair.data;
      return {
        kind: 'pair',
        pair: { accessToken, refreshToken, expiresAt: new Date(asked + seconds * 1_000) },
      };
    }
    const answer = answerSchema.safeParse(data);
    if (!answer.success || answer.data.error === 0)
      return { kind: 'away', why: `http-${status}`, sent: true };
    if (actionOf(answer.data.error) === 'slow') return { kind: 'away', why: 'limited', sent: false };
    return { kind: 'refused', code: answer.data.error };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'network';
    return { kind: 'away', why: code, sent: !NOT_SENT.has(code) };
  }
}
