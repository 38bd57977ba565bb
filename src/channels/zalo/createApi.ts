import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import type { Alert } from './createAlerts.js';
import type { Tokens } from './createTokens.js';
import { actionOf } from './errors.js';
import { PATHS } from './facts.js';
import type { Gate } from './createGate.js';
import { parseJson } from './parseJson.js';
import { answerSchema } from './wire.js';

/** After an error that somebody has to mend, the platform is asked again so often. */
const STOP_MS = 300_000;
const TIMEOUT_MS = 20_000;

export type Answer =
  | { kind: 'ok'; data: unknown }
  | { kind: 'error'; code: number }
  /** Nothing was asked, or no answer of the platform came. */
  | { kind: 'away'; why: string; afterMs?: number; repair?: boolean };

export type Api = {
  get(path: string, data: object): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
  upload(path: string, file: { name: string; mime: string; bytes: Uint8Array }): Promise<Answer>;
};

/** An HTTP client on `root`: no redirects, every status is an answer, long numbers stay strings. */
export function createHttp(root: string): AxiosInstance {
  return axios.create({
    baseURL: root.replace(/\/+$/, ''),
    timeout: TIMEOUT_MS,
    maxRedirects: 0,
    validateStatus: () => true,
    responseType: 'text',
    transformResponse: [(text: unknown) => (typeof text === 'string' ? tryJson(text) : text)],
  });
}

/**
 * The calls of the OpenAPI. The access token goes in the header `access_token`; a token that is no more is refreshed
 * and the call made once again. Too many requests shut the gate for all calls, and so does an account error when a
 * plain message meets it; what a side call (profile, quota) may not do is no reason to stop. Never rejects.
 */
export function createApi(needs: { http: AxiosInstance; tokens: Tokens; gate: Gate; alert: Alert }): Api {
  const { http, tokens, gate, alert } = needs;

  const call = async (request: () => AxiosRequestConfig, bad?: string): Promise<Answer> => {
    const shut = gate.shut();
    if (shut) return { kind: 'away', ...shut };
    const state = await (bad === undefined ? tokens.current() : tokens.renew(bad)).catch(() => undefined);
    if (state === undefined) return { kind: 'away', why: 'token-store-away' };
    if (state.kind === 'none')
      return { kind: 'away', why: state.why, afterMs: state.afterMs, repair: state.repair ?? false };
    const answer = await ask(http, request(), state.token);
    if (answer.kind === 'ok') gate.passed();
    if (answer.kind !== 'error') return answer;
    switch (actionOf(answer.code)) {
      case 'refresh':
        return bad === undefined ? call(request, state.token) : { kind: 'away', why: `zalo${answer.code}` };
      case 'slow': {
        gate.slow(`zalo${answer.code}`);
        return { kind: 'away', why: `zalo${answer.code}`, ...gate.shut() };
      }
      case 'stop':
        if (request().url !== PATHS.consultation) return answer;
        gate.stop(`zalo${answer.code}`, STOP_MS);
        await alert('zalo-account', { code: answer.code });
        return { kind: 'away', why: `zalo${answer.code}`, afterMs: STOP_MS, repair: true };
      default:
        return answer;
    }
  };

  return {
    get: (url, data) => call(() => ({ method: 'GET', url, params: { data: JSON.stringify(data) } })),
    post: (url, data) => call(() => ({ method: 'POST', url, data })),
    upload: (url, { name, mime, bytes }) =>
      call(() => {
        const form = new FormData();
        form.append('file', new Blob([Uint8Array.from(bytes)], { type: mime }), name);
        return { method: 'POST', url, data: form };
      }),
  };
}

async function ask(http: AxiosInstance, request: AxiosRequestConfig, token: string): Promise<Answer> {
  try {
    const { status, data } = await http.request<unknown>({ ...request, headers: { access_token: token } });
    const answer = answerSchema.safeParse(data);
    if (!answer.success || (status >= 300 && answer.data.error === 0))
      return { kind: 'away', why: `http-${status}` };
    return answer.data.error === 0
      ? { kind: 'ok', data: answer.data.data }
      : { kind: 'error', code: answer.data.error };
  } catch (error) {
    return { kind: 'away', why: error instanceof Error && 'code' in error ? String(error.code) : 'network' };
  }
}

/** A proxy's page is no JSON: left as it is, and refused by the schema of the answer. */
function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
