import type { Phrase } from '../../conversation/flow.js';
import type { CardAction, CardData } from './cardData.js';
import type { How } from './createScene.js';

export const PICKS_PER_PAGE = 8;

type Pick = { title: Phrase | { plain: string }; data: CardData; way?: true };

/** One page of a list of choices as rows of buttons, with the pages beside it and a way to close it. */
export function pickList(options: {
  picks: readonly Pick[];
  page: number; // from 1; a page that is no more shows the last
  turn: { action: CardAction; code?: string };
  list: string;
}): { buttons: NonNullable<How['buttons']>; page: number; pages: number } {
  const { picks, turn, list } = options;
  const pages = Math.max(1, Math.ceil(picks.length / PICKS_PER_PAGE));
  const page = Math.min(Math.max(1, options.page), pages);
  const rows = picks.slice((page - 1) * PICKS_PER_PAGE, page * PICKS_PER_PAGE).map((pick) => [pick]);
  const close: Pick = {
    title: { key: 'cards:button.close' },
    data: { action: 'close', ...(turn.code === undefined ? {} : { code: turn.code }), arg: '0', list },
    way: true,
  };
  return { buttons: [...rows, pageButtons({ turn, list, page, pages }), [close]], page, pages };
}

/** ‹ and › as far as there are pages. */
export function pageButtons(at: {
  turn: { action: CardAction; code?: string };
  list: string;
  page: number;
  pages: number;
}): Pick[] {
  const to = (name: 'previous' | 'next', page: number): Pick => ({
    title: { key: `cards:button.${name}` },
    data: { ...at.turn, arg: String(page), list: at.list },
    way: true,
  });
  return [
    ...(at.page > 1 ? [to('previous', at.page - 1)] : []),
    ...(at.page < at.pages ? [to('next', at.page + 1)] : []),
  ];
}

/** The page that callback data names; forged ones become the first. */
export function pageOf(arg: string | undefined): number {
  return arg !== undefined && /^\d{1,4}$/.test(arg) ? Math.max(1, Number(arg)) : 1;
}
