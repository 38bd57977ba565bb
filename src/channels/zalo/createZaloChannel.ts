import type { Accept, Channel } from '../channel.js';
import type { Clock } from '../../clock.js';
import { DomainError } from '../../domain/errors.js';
import type { Log } from '../../log.js';
import { createAlerts } from './createAlerts.js';
import { createApi, createHttp } from './createApi.js';
import { createGate } from './createGate.js';
import { createProfiles } from './createProfiles.js';
import { createSend } from './createSend.js';
import { createTokens } from './createTokens.js';
import { createUploads } from './createUploads.js';
import { createWebhook } from './createWebhook.js';
import { createWindow } from './createWindow.js';
import { download } from './download.js';
import { BUTTON_STYLE, CHANNEL, LIMITS, ROOTS, SEND_LIMITS, type ButtonStyle } from './facts.js';
import type { TokenStore } from './tokenStore.js';

export type ZaloNeeds = {
  appId: string;
  appSecret: string;
  /** Signs the webhook; shown in the console once the webhook's address is saved, and not the app's secret (C). */
  oaSecretKey: string;
  /** ZALO_REFRESH_TOKEN; later ones are in the store. */
  firstToken?: string;
  tokens: TokenStore;
  apiRoot?: string;
  oauthRoot?: string;
  /** Ids of registered templates by the names that messages use. */
  templates?: Readonly<Record<string, string>>;
  /** Send also from 48 hours to 7 days after the last interaction, which is billed. */
  paidWindow?: boolean;
  buttons?: ButtonStyle;
  clock: Clock;
  /** Marks this process in the lease on the refresh token. */
  newId(): string;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Tells the admins; `code` is stable, no personal data in `fields`. */
  alert(code: string, fields: Readonly<Record<string, string | number>>): Promise<void>;
};

/**
 * A Zalo Official Account (A8, E2). Webhook in, OpenAPI out; private chats only, since an account cannot join a group
 * that people made. It cannot edit: `edit` answers 'gone'. See docs/zalo.md.
 */
export function createZaloChannel(needs: ZaloNeeds): Channel & { settled(): Promise<void> } {
  const { clock, log } = needs;
  const roots = { api: needs.apiRoot ?? ROOTS.api, oauth: needs.oauthRoot ?? ROOTS.oauth };
  const alert = createAlerts(clock, (code, fields) => needs.alert(code, fields), log);
  const tokens = createTokens({
    store: needs.tokens,
    http: createHttp(roots.oauth),
    appId: needs.appId,
    appSecret: needs.appSecret,
    ...(needs.firstToken === undefined ? {} : { firstToken: needs.firstToken }),
    clock,
    owner: needs.newId(),
    log,
    alert,
  });
  const api = createApi({ http: createHttp(roots.api), tokens, gate: createGate(clock), alert });
  const window = createWindow(clock, api);
  const profiles = createProfiles(api);
  let accept: Accept | undefined;

  const webhook = createWebhook({
    appId: needs.appId,
    oaSecretKey: needs.oaSecretKey,
    clock,
    log,
    accept: () => accept,
    nameOf: profiles.nameOf,
    interacted: window.note,
  });

  const fetchFile: Channel['download'] = async ({ channel, fileRef, size = 0 }, maxBytes) => {
    if (channel !== CHANNEL) throw new DomainError('file-gone');
    if (size > maxBytes) throw new DomainError('file-too-large', { maxBytes });
    return download(fileRef, maxBytes, Object.values(roots));
  };

  return {
    name: CHANNEL,
    capabilities: {
      maxText: LIMITS.text,
      maxCaption: 0, // a file takes no text, and a picture with text no buttons
      maxButtons: LIMITS.buttons,
      maxButtonTitle: LIMITS.buttonTitle,
      asksContact: true,
      edits: false,
      toasts: false,
      groups: false,
    },
    limits: SEND_LIMITS,
    kindOf: () => 'private',
    async listen(to) {
      accept = to;
      // The address of the webhook is set in the console, so the platform need not be told. The token is seen to now,
      // so that a refused one is known before the first answer is due; without one people are still heard.
      await tokens.start().catch((err: unknown) => log.warn({ err }, 'zalo-token-store-away'));
    },
    async quiet() {
      accept = undefined;
      await tokens.stop();
    },
    send: createSend({
      api,
      window,
      uploads: createUploads(clock, api),
      clock,
      log,
      alert,
      style: needs.buttons ?? BUTTON_STYLE,
      paidWindow: needs.paidWindow ?? false,
      templates: needs.templates ?? {},
      fetchFile,
    }),
    download: fetchFile,
    isMember: async () => undefined, // there are no groups to be in
    showCommands: async () => undefined, // menus are made by hand in the account's console (docs/zalo.md)
    webhooks: () => [webhook],
    /** Resolves when nothing runs in the background; for tests. */
    settled: async () => void (await Promise.all([tokens.settled(), profiles.settled()])),
  };
}
