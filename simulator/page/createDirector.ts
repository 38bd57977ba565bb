import type { Texts } from '../../src/bot/texts.js';
import type { Lang } from '../../src/services/services.js';
import { createTyping } from './createTyping.js';
import type {
  Act,
  FaultName,
  FileAct,
  PageMessage,
  Platform,
  PlatformEvents,
  WireCall,
} from './pageTypes.js';
import { moments, passTime, settled, type MomentName } from './passTime.js';
import { codesIn, readOffice, type Office } from './readOffice.js';
import type { Hub } from './server/createHub.js';
import { saysLanguage, type Stage } from './startStage.js';
import { createTour, type TourOrder } from './tour/createTour.js';

const MOST_CALLS = 60;
const MOST_CODES = 30;
/** Real time: how soon what is behind the chats is read anew after something happened, and how often anyway. */
const READ_AFTER_MS = 120;
const TICK_MS = 4_000;

export type Director = ReturnType<typeof createDirector>;

/** Takes what the page orders, plays it on the stage, and tells every open page what comes of it. */
export function createDirector(stage: Stage, texts: Texts, hub: Hub, firstLang: Lang) {
  const { clock } = stage;
  const calls: WireCall[] = [];
  const codes = new Set(
    stage.chats.flatMap(({ id }) =>
      stage
        .of(id)
        .messages(id)
        .flatMap(({ text }) => codesIn(text)),
    ),
  );
  const faults = new Map<Platform, Set<FaultName>>(
    stage.platforms.map(({ platform }) => [platform, new Set<FaultName>()]),
  );
  const typing = createTyping((chat, on) => hub.tell('typing', { chat, on }));
  let lang = firstLang;
  let told = '';
  let latest: Office | undefined;
  let reading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let moving: Promise<void> = Promise.resolve();
  let closed = false;

  const readAll = (): Promise<Office> => readOffice(stage, texts, lang, [...codes].slice(-MOST_CODES), calls);
  /** The moments to go to are read anew once one of them has passed. */
  let ahead = moments(stage);
  const now = async () => {
    if ((await ahead).some(({ at }) => at <= clock.now())) ahead = moments(stage);
    return { now: clock.now().toISOString(), moments: await ahead };
  };

  /** Reads the ledger and the outbox soon, and tells them when they changed; several wishes are one reading. */
  const readSoon = (): void => {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      if (reading) return readSoon();
      reading = read().finally(() => (reading = undefined));
      reading.catch((error: unknown) => console.error(error));
    }, READ_AFTER_MS);
  };
  const read = async (): Promise<void> => {
    const office = await readAll();
    latest = office;
    tour.look(office.ledger);
    const text = JSON.stringify(office);
    if (text === told) return;
    told = text;
    hub.tell('office', office);
  };

  const events: PlatformEvents = {
    message(message: PageMessage): void {
      for (const code of codesIn(message.text)) {
        codes.delete(code);
        codes.add(code);
      }
      if (message.fromBot) typing.ends(message.chat);
      hub.tell('message', message);
      readSoon();
    },
    gone(chat, message): void {
      hub.tell('gone', { chat, message });
      readSoon();
    },
    toast(chat, speaker, text, alert): void {
      typing.ends(chat);
      hub.tell('toast', { chat, speaker, text, alert });
    },
    call(call: WireCall): void {
      calls.unshift(call);
      calls.length = Math.min(calls.length, MOST_CALLS);
      if (call.chat !== undefined && call.outcome === 'ok') typing.ends(call.chat);
      readSoon();
    },
  };

  const act = async (chat: string, speaker: string, what: Act): Promise<void> => {
    const platform = stage.of(chat);
    const found = stage.chats.find(({ id }) => id === chat);
    const isFirst = found?.kind === 'private' && platform.messages(chat).length === 0;
    if (found && isFirst && lang !== 'vi' && what.do === 'say') saysLanguage(platform, found, lang);
    platform.act(chat, speaker, what);
    if (found && isFirst && lang !== 'vi' && what.do === 'start') saysLanguage(platform, found, lang);
    typing.begins(chat);
  };

  /** One after the other: two journeys at once would each think the other's time its own. */
  const goTo = (name: MomentName): Promise<void> => {
    const journey = moving.then(async () => {
      const moment = (await moments(stage)).find((one) => one.name === name);
      if (!moment) throw new Error(`no moment ${name} to go to`);
      await passTime(stage, moment.at, () => hub.tell('clock', { now: clock.now().toISOString() }));
      hub.tell('clock', await now());
      readSoon();
    });
    moving = journey.catch(() => undefined);
    return journey;
  };

  const tour = createTour(stage, texts, { act, goTo, tell: (state) => hub.tell('tour', state) });

  /** As the half-minute ticks would, only more often: people wait for what they look at. */
  const ticking = setInterval(() => {
    moving = moving.then(() => stage.town.app.tick()).catch((error: unknown) => console.error(error));
    readSoon();
  }, TICK_MS);
  ticking.unref();

  readSoon(); // so that the first page need not wait for it

  return {
    events,
    act,
    async sendFile(chat: string, speaker: string, file: FileAct): Promise<void> {
      stage.of(chat).sendFile(chat, speaker, file);
      typing.begins(chat);
    },
    goTo,
    async setFault(platform: Platform, fault: FaultName, on: boolean): Promise<void> {
      const set = faults.get(platform);
      if (!set) throw new Error(`${platform} is not played`);
      if (on) set.add(fault);
      else set.delete(fault);
      stage.platforms.find((one) => one.platform === platform)?.setFaults(set);
      hub.tell('faults', faultsNow());
      readSoon();
    },
    async setLanguage(next: Lang): Promise<void> {
      if (next === lang) return;
      lang = next;
      await stage.setLanguage(next);
      hub.tell('language', { lang });
      readSoon();
    },
    async tour(order: TourOrder, platform?: Platform): Promise<void> {
      tour.order(order, platform);
      readSoon();
    },
    /** All that a page needs to begin with. */
    async everything() {
      return {
        lang,
        chats: stage.chats,
        messages: stage.chats.flatMap(({ id }) => stage.of(id).messages(id)),
        faults: faultsNow(),
        tour: tour.state(),
        office: latest ?? (await readAll()),
        ...(await now()),
      };
    },
    async close(): Promise<void> {
      closed = true;
      clearInterval(ticking);
      clearTimeout(timer);
      tour.order('end');
      typing.close();
      await moving;
      await reading?.catch(() => undefined);
      await settled(stage);
    },
  };

  function faultsNow(): Record<string, FaultName[]> {
    return Object.fromEntries([...faults].map(([platform, set]) => [platform, [...set]]));
  }
}
