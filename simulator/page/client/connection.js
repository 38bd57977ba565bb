// @ts-check
import { t } from './texts.js';
import { toast } from './toasts.js';

/** @param {string} name */
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';

/**
 * Listens to what happens; `hear` gets every event by its name. A connection that broke is taken up again and told
 * everything anew; another start of the bot is another page.
 * @param {Record<string, (data: any) => void>} hear
 */
export function connect(hear) {
  const source = new EventSource('/events');
  let lost = false;
  for (const [name, listener] of Object.entries(hear)) {
    source.addEventListener(name, (event) => {
      const data = JSON.parse(/** @type {MessageEvent} */ (event).data);
      if (name === 'hello' && data.run !== meta('page-run')) return location.reload();
      listener(data);
    });
  }
  source.addEventListener('open', () => {
    if (lost) toast(t('connection.back'));
    lost = false;
  });
  source.addEventListener('error', () => {
    if (!lost) toast(t('connection.lost'), { lasting: true });
    lost = true;
  });
}

/**
 * Orders something. Answers whether it was taken; if not, the person is told why.
 * @param {string} path
 * @param {unknown} body
 */
export const order = (path, body) => send(path, { 'content-type': 'application/json' }, JSON.stringify(body));

/**
 * Sends a file into a chat.
 * @param {Record<string, string>} query
 * @param {Blob} file
 */
export const sendFile = (query, file) =>
  send(`/file?${new URLSearchParams(query)}`, { 'content-type': 'application/octet-stream' }, file);

/**
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {BodyInit} body
 */
async function send(path, headers, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { ...headers, 'x-page-token': meta('page-token') },
      body,
    });
    if (response.ok) return true;
    toast(
      t(
        response.status === 413
          ? 'error.tooLarge'
          : response.status === 409
            ? 'error.cannot'
            : 'error.failed',
      ),
      { bad: true },
    );
  } catch {
    toast(t('connection.lost'), { bad: true });
  }
  return false;
}

/**
 * The commands that a person's app offers in a chat.
 * @param {string} chat
 * @param {string} speaker
 * @returns {Promise<{ command: string; description: string }[]>}
 */
export async function commandsOf(chat, speaker) {
  const response = await fetch(`/commands?${new URLSearchParams({ chat, speaker })}`);
  return response.ok ? response.json() : [];
}
