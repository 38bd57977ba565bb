import { describe, expect, it, onTestFinished } from 'vitest';
import { createManualClock, type ManualClock } from '../../../src/clock.js';
import {
  startZaloSimulator,
  type ZaloSimulator,
  type ZaloSimulatorOptions,
} from '../../../simulator/zalo/startZaloSimulator.js';

const HOUR_MS = 3_600_000;
type Answer = { error: number; data?: Record<string, unknown> };

async function start(
  options: ZaloSimulatorOptions = {},
): Promise<{ sim: ZaloSimulator; clock: ManualClock; call: Call }> {
  const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
  const sim = await startZaloSimulator({ clock, ...options });
  onTestFinished(() => sim.close());
  return { sim, clock, call: caller(sim) };
}

type Call = (path: string, body?: object, token?: string) => Promise<Answer>;
const caller =
  (sim: ZaloSimulator): Call =>
  async (path, body, token = sim.accessToken() ?? '') => {
    const response = await fetch(sim.apiRoot + path, {
      method: body ? 'POST' : 'GET',
      headers: { access_token: token, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Answer; // the envelope of every answer
  };

async function exchange(
  sim: ZaloSimulator,
  refreshToken: string,
  secret = sim.appSecret,
): Promise<Record<string, unknown>> {
  const form = new URLSearchParams({
    refresh_token: refreshToken,
    app_id: sim.appId,
    grant_type: 'refresh_token',
  });
  const response = await fetch(`${sim.oauthRoot}/v4/oa/access_token`, {
    method: 'POST',
    headers: { secret_key: secret },
    body: form,
  });
  return (await response.json()) as Record<string, unknown>;
}

const cs = (userId: string, message: object) => ({ recipient: { user_id: userId }, message });
const CS = '/v3.0/oa/message/cs';

describe('OAuth of the Zalo simulator', () => {
  it('takes a refresh token once, and the access token before dies at the exchange', async () => {
    const { sim, call } = await start();
    const first = await exchange(sim, sim.refreshToken);
    expect(first).toEqual({
      access_token: sim.accessToken(),
      refresh_token: expect.any(String) as string,
      expires_in: '90000',
    });
    const dead = sim.accessToken() ?? '';
    await exchange(sim, String(first['refresh_token']));
    expect(await exchange(sim, sim.refreshToken)).toMatchObject({ error: -14014 });
    expect(await call('/v3.0/oa/user/getlist?data={"offset":0,"count":5}', undefined, dead)).toMatchObject({
      error: -216,
    });
  });

  it('lets the access token end after 25 hours', async () => {
    const { sim, call, clock } = await start();
    await exchange(sim, sim.refreshToken);
    const list = '/v3.0/oa/user/getlist?data={"offset":0,"count":5}';
    clock.advance(25 * HOUR_MS - 1);
    expect(await call(list)).toMatchObject({ error: 0 });
    clock.advance(1);
    expect(await call(list)).toMatchObject({ error: -220 });
  });

  it('lets a refresh token end after three months, and refuses a wrong secret', async () => {
    const { sim, clock } = await start();
    expect(await exchange(sim, sim.grant(), 'wrong')).toMatchObject({ error: -14004 });
    clock.advance(90 * 24 * HOUR_MS);
    expect(await exchange(sim, sim.refreshToken)).toMatchObject({ error: -14020 });
  });
});

describe('the OpenAPI of the Zalo simulator', () => {
  it('takes messages by the person’s window: free, billed, refused', async () => {
    const { sim, call, clock } = await start();
    const lan = sim.user();
    lan.follows();
    const at = async (hours: number): Promise<Answer> => {
      clock.advanceTo(new Date(Date.parse('2026-11-23T02:00:00Z') + hours * HOUR_MS));
      await exchange(sim, sim.grant());
      return call(CS, cs(lan.id, { text: 'Chào' }));
    };
    expect(await at(48)).toMatchObject({
      error: 0,
      data: { user_id: lan.id, quota: { quota_type: 'reply' } },
    });
    expect(await at(48.1)).toMatchObject({ error: 0, data: { quota: { quota_type: 'sub_quota' } } });
    expect(await at(168.1)).toMatchObject({ error: -230 });
    expect(sim.record.counts).toMatchObject({ messagesSent: 2, billed: 1, errors: { '-230': 1 } });
    expect((await call('/v3.0/oa/quota/message', { user_id: lan.id })).data).toMatchObject({
      last_interaction: String(Date.parse('2026-11-23T02:00:00Z')),
    });
  });

  it.each([
    [{ text: 'x'.repeat(2_001) }, -210],
    [
      {
        text: 'x',
        attachment: {
          type: 'template',
          payload: {
            buttons: Array.from({ length: 6 }, () => ({ title: 'a', type: 'oa.query.show', payload: 'b' })),
          },
        },
      },
      -210,
    ],
    [
      {
        text: 'x',
        attachment: {
          type: 'template',
          payload: { buttons: [{ title: 'a', type: 'oa.query.hide', payload: 'b'.repeat(1_001) }] },
        },
      },
      -210,
    ],
    [
      {
        text: 'x',
        attachment: {
          type: 'template',
          payload: { buttons: [{ title: 'a'.repeat(101), type: 'oa.query.hide', payload: 'b' }] },
        },
      },
      -210,
    ],
    [{}, -201],
    [{ attachment: { type: 'file', payload: { token: 'none' } } }, -201],
  ])('refuses what is too much or wrong (%#)', async (message, error) => {
    const { sim, call } = await start();
    await exchange(sim, sim.refreshToken);
    const lan = sim.user();
    lan.follows();
    expect(await call(CS, cs(lan.id, message))).toMatchObject({ error });
  });

  it('refuses who unfollowed, and who never met the account', async () => {
    const { sim, call } = await start();
    await exchange(sim, sim.refreshToken);
    const [lan, minh] = [sim.user(), sim.user()];
    lan.follows();
    lan.unfollows();
    expect(await call(CS, cs(lan.id, { text: 'x' }))).toMatchObject({ error: -213 });
    expect(await call(CS, cs(minh.id, { text: 'x' }))).toMatchObject({ error: -230 });
    expect(await call(CS, cs('1', { text: 'x' }))).toMatchObject({ error: -201 });
  });

  it('has shut the second version of messages', async () => {
    const { sim, call } = await start();
    await exchange(sim, sim.refreshToken);
    expect(await call('/v2.0/oa/message', {})).toMatchObject({ error: -240 });
  });

  it('takes so many calls a minute', async () => {
    const { sim, call, clock } = await start({ callsPerMinute: 20 });
    await exchange(sim, sim.refreshToken);
    const list = '/v3.0/oa/user/getlist?data={"offset":0,"count":5}';
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(list))); // the exchange was the first
    expect(answers.filter(({ error }) => error === -32)).toHaveLength(1);
    clock.advance(60_000);
    expect(await call(list)).toMatchObject({ error: 0 });
  });

  it('keeps an upload for seven days', async () => {
    const { sim, call, clock } = await start();
    const lan = sim.user();
    await exchange(sim, sim.refreshToken);
    const upload = async (path: string, name: string, bytes: number): Promise<Answer> => {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(bytes)]), name);
      const response = await fetch(sim.apiRoot + path, {
        method: 'POST',
        headers: { access_token: sim.accessToken() ?? '' },
        body: form,
      });
      return (await response.json()) as Answer;
    };
    expect(await upload('/v2.0/oa/upload/image', 'a.gif', 1)).toMatchObject({ error: -201 });
    expect(await upload('/v2.0/oa/upload/image', 'a.jpg', 1_048_577)).toMatchObject({ error: -210 });
    expect(await upload('/v2.0/oa/upload/file', 'a.xlsx', 1)).toMatchObject({ error: -201 });
    const { data } = await upload('/v2.0/oa/upload/file', 'a.pdf', 5);
    clock.advance(7 * 24 * HOUR_MS);
    lan.says('chào');
    await exchange(sim, sim.grant());
    expect(
      await call(CS, cs(lan.id, { attachment: { type: 'file', payload: { token: data?.['token'] } } })),
    ).toMatchObject({ error: -100 });
  });

  it('sends templates by user and by telephone, promotional ones by day only', async () => {
    const { sim, call, clock } = await start({ templates: { t: { params: ['a'], promotional: true } } });
    await exchange(sim, sim.refreshToken);
    const lan = sim.user();
    const byUser = (data: object) =>
      call('/v3.0/oa/message/template', { user_id: lan.id, template_id: 't', template_data: data });
    expect([(await byUser({ a: '1' })).error, (await byUser({})).error]).toEqual([0, -1122]);
    clock.advance(13 * HOUR_MS);
    expect(await byUser({ a: '1' })).toMatchObject({ error: -234 });
    clock.advance(8 * HOUR_MS);
    const response = await fetch(`${sim.businessRoot}/message/template`, {
      method: 'POST',
      headers: { access_token: sim.accessToken() ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({
        phone: '84912345678',
        template_id: 't',
        template_data: { a: '1' },
        tracking_id: 'x',
      }),
    });
    expect(await response.json()).toMatchObject({ error: 0 });
  });
});
