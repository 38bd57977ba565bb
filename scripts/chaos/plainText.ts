import type { CallRecord } from '../../simulator/telegram/createRecord.js';

/** What a sent message says, without its markup; '' when it has no words. */
export function plainText({ params }: Pick<CallRecord, 'params'>): string {
  const { text, caption } = params;
  const html = typeof text === 'string' ? text : typeof caption === 'string' ? caption : '';
  return html.replace(/<[^>]*>/g, '');
}
