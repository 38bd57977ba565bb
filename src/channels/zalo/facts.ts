/**
 * Every fact about Zalo's Official Account platform that the rest of this folder builds on, in one place. No official
 * page could be opened when this was written: docs/zalo.md names the public sources and what is still to be confirmed
 * with a real account. What sources disagree on is marked C.
 */

export const CHANNEL = 'zalo';

/** Where the platform is; each can be set otherwise, so that a stand-in on loopback can take its place. */
export const ROOTS = {
  api: 'https://openapi.zalo.me',
  oauth: 'https://oauth.zaloapp.com',
} as const;

export const PATHS = {
  token: '/v4/oa/access_token',
  consultation: '/v3.0/oa/message/cs',
  template: '/v3.0/oa/message/template',
  quota: '/v3.0/oa/quota/message',
  profile: '/v3.0/oa/user/detail',
  uploadImage: '/v2.0/oa/upload/image',
  uploadFile: '/v2.0/oa/upload/file',
  webhook: '/zalo/webhook',
} as const;

export const LIMITS = {
  text: 2_000, // characters of the NFC form
  buttons: 5,
  buttonTitle: 100,
  contactTitle: 100,
  contactHint: 500,
  imageBytes: 1_048_576,
  fileBytes: 5 * 1_048_576,
} as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Since the person's last interaction: free of charge, then billed (C: one source says refused), then refused. */
export const WINDOW = { freeMs: 48 * HOUR_MS, paidMs: 7 * 24 * HOUR_MS } as const;

/** An uploaded file is forgotten by the platform after 7 days; it is not used again from here on. */
export const UPLOAD_KEPT_MS = 6 * 24 * HOUR_MS;

/** Promotional templates are barred at these hours (taken to be Vietnam's time; no source names a zone). */
export const NIGHT = { from: 22, to: 6, zone: 'Asia/Ho_Chi_Minh' } as const;

/** The platform takes 4,000 requests a minute for an app; some room is left for quota and profile. */
export const SEND_LIMITS = {
  perSecond: 50,
  perChatPerSecond: 2,
  chatBurst: 5,
  perGroupPerMinute: 20,
} as const;

/** Uploads take these only. */
export const IMAGE_TYPES: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png' };
export const FILE_TYPES: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'text/csv': 'csv',
};

/** Hosts that files of messages come from, with everything below them. Nothing else is ever fetched. */
export const FILE_HOSTS: readonly string[] = [
  'zdn.vn',
  'zadn.vn',
  'zalo.me',
  'zaloapp.com',
  'dlfl.vn',
  'dlfl.me',
];

/**
 * How buttons are sent. C: public code and a partner's reference put `buttons` alone into the payload beside the
 * text; one source wants `template_type: "button"` with the text inside. A pressed button comes back as a text
 * message that is its payload: `hide` keeps it out of what the person sees, `show` does not.
 */
export type ButtonStyle = { template: 'plain' | 'button'; query: 'hide' | 'show' };
export const BUTTON_STYLE: ButtonStyle = { template: 'plain', query: 'hide' };

/** What the payloads of our buttons begin with, so that nobody types one by chance. */
export const PAYLOAD_PREFIX = '#dh:';
