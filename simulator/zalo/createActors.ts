import type { Context } from './context.js';
import type { NewPerson, Person } from './createWorld.js';
import type { ShownMessage, WireButton, WireEvent } from './wire.js';

/** A button by its title (whole, else a part of it) or a pattern of its title. */
export type ButtonMatcher = string | RegExp;
export type FileOptions = { name?: string; bytes?: Buffer; mime?: string; text?: string };
export type UserHandle = ReturnType<ReturnType<typeof createActors>['user']>;

/** The people that tests and the demo play with. */
export function createActors(context: Context) {
  const { world, app, clock, delivery } = context;
  const stamp = (): string => String(clock.now().getTime());

  const tell = (
    event: Omit<WireEvent, 'app_id' | 'timestamp' | 'event_name'> & { event_name: string },
  ): void => delivery.push({ app_id: app.appId, timestamp: stamp(), ...event });

  const send = (
    person: Person,
    event_name: string,
    content: Omit<NonNullable<WireEvent['message']>, 'msg_id'>,
    shown: Partial<ShownMessage> | 'hidden' = {},
  ): string => {
    const msg_id = world.nextId();
    world.interacted(person);
    if (shown !== 'hidden')
      world.show(person, { id: msg_id, fromOa: false, text: content.text ?? '', ...shown });
    tell({
      event_name,
      sender: { id: person.id },
      recipient: { id: app.oaId },
      user_id_by_app: `7${person.id.slice(1)}`,
      message: { msg_id, ...content },
    });
    return msg_id;
  };

  const sendFile = (
    person: Person,
    type: 'image' | 'file',
    { name, bytes, mime, text }: Required<Omit<FileOptions, 'text'>> & { text?: string },
  ): string => {
    const id = `${world.nextId()}-${name}`;
    world.files.set(id, { name, mime, bytes });
    const url = `${context.origin()}/files/${encodeURIComponent(id)}`;
    const payload =
      type === 'image'
        ? { thumbnail: url, url }
        : { url, name, size: String(bytes.length), type: name.split('.').at(-1) ?? '' };
    const shown = type === 'image' ? { image: url } : { file: { name, size: bytes.length } };
    return send(
      person,
      `user_send_${type}`,
      { ...(text === undefined ? {} : { text }), attachments: [{ type, payload }] },
      shown,
    );
  };

  const handleOf = (person: Person) => ({
    id: person.id,
    name: person.name,
    follows(): void {
      person.relation = 'following';
      world.interacted(person);
      tell({ event_name: 'follow', oa_id: app.oaId, follower: { id: person.id }, source: 'oa_profile' });
    },
    unfollows(): void {
      person.relation = 'left';
      tell({ event_name: 'unfollow', oa_id: app.oaId, follower: { id: person.id }, source: 'oa_profile' });
    },
    /** Writes a text; gives its id. */
    says: (text: string): string => send(person, 'user_send_text', { text }),
    repliesTo: (messageId: string, text: string): string =>
      send(person, 'user_send_text', { text, quote_msg_id: messageId }),
    /** Presses a button of the newest message that has it: its payload comes to the bot as a text. */
    presses(matcher: ButtonMatcher): string {
      const button = findButton(person, matcher);
      return send(
        person,
        'user_send_text',
        { text: button.payload },
        button.type === 'oa.query.hide' ? 'hidden' : {},
      );
    },
    sendsImage: (options: FileOptions = {}): string =>
      sendFile(person, 'image', {
        name: 'anh.jpg',
        mime: 'image/jpeg',
        bytes: Buffer.from('picture'),
        ...options,
      }),
    sendsFile: (options: FileOptions = {}): string =>
      sendFile(person, 'file', {
        name: 'don.pdf',
        mime: 'application/pdf',
        bytes: Buffer.from('%PDF-1.7'),
        ...options,
      }),
    sendsSticker: (): string =>
      send(
        person,
        'user_send_sticker',
        { attachments: [{ type: 'sticker', payload: { id: '1' } }] },
        { other: 'sticker' },
      ),
    sendsVoice: (): string =>
      send(
        person,
        'user_send_audio',
        { attachments: [{ type: 'audio', payload: { url: 'https://voice.zdn.vn/1' } }] },
        { other: 'voice' },
      ),
    /** Answers the card that asks for contact details. */
    submitsInfo(info: { name: string; phone: string }): void {
      world.interacted(person);
      tell({ event_name: 'user_submit_info', sender: { id: person.id }, recipient: { id: app.oaId }, info });
    },
    /** What the chat shows, oldest first. */
    messages: (): ShownMessage[] => [...person.messages],
    /** The account's newest message; throws when there is none. */
    last(): ShownMessage {
      const newest = person.messages.findLast(({ fromOa }) => fromOa);
      if (!newest) throw new Error('the account has not written to this person');
      return newest;
    },
    /** Waits (real time, 5 s unless told) until the account's newest message fits, and gives it. */
    until(pattern: RegExp, timeoutMs = 5_000): Promise<ShownMessage> {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const newest = person.messages.findLast(({ fromOa }) => fromOa);
          if (!newest || !pattern.test(newest.text)) return;
          stop();
          resolve(newest);
        };
        const timer = setTimeout(() => {
          stop();
          const texts = person.messages.map(({ fromOa, text }) => `${fromOa ? '‹ ' : '› '}${text}`);
          reject(new Error(`waited in vain for ${String(pattern)}; the chat shows:\n${texts.join('\n')}`));
        }, timeoutMs);
        const off = context.events.on('message', look);
        const stop = (): void => {
          clearTimeout(timer);
          off();
        };
        look();
      });
    },
  });

  return {
    user: (given?: NewPerson) => handleOf(world.addPerson(given)),
    userById(id: string) {
      const person = world.people.get(id);
      if (!person) throw new Error(`no user ${id}`);
      return handleOf(person);
    },
  };
}

function findButton(person: Person, matcher: ButtonMatcher): WireButton {
  const shown = person.messages.toReversed().map(({ buttons }) => buttons);
  const fits =
    (exact: boolean) =>
    (button: WireButton): boolean =>
      matcher instanceof RegExp
        ? matcher.test(button.title)
        : exact
          ? button.title === matcher
          : button.title.includes(matcher);
  for (const buttons of shown) {
    const button = buttons.find(fits(true)) ?? buttons.find(fits(false));
    if (button) return button;
  }
  const there =
    shown
      .flat()
      .map(({ title }) => `“${title}”`)
      .join(', ') || 'none';
  throw new Error(`no button ${String(matcher)}; there are: ${there}`);
}
