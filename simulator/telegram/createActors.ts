import { changeMember } from './changeMember.js';
import { commandsFor, type BotCommand } from './commandsFor.js';
import type { Context } from './context.js';
import { createChatHandle, visible, type ChatHandle } from './createChatHandle.js';
import { wireChat, type Chat, type NewUser, type Person } from './createWorld.js';
import { showMessage, type ShownMessage } from './showMessage.js';
import type { MemberStatus, WireMessage } from './wire.js';

export type UserHandle = {
  id: number;
  name: string;
  /** Their private chat with the bot. */
  private(): ChatHandle;
  /** Opens the chat with the bot, through a link with a payload if given. */
  starts(payload?: string): ShownMessage;
  /** Blocks the bot: it gets `my_chat_member`, and 403 from then on. */
  blocks(): void;
  unblocks(): void;
  /** Deletes their account: 403 from then on. */
  deactivates(): void;
  /** Changes what their app tells about them. */
  changes(fields: Omit<NewUser, 'id' | 'started'>): void;
  /** The commands the app offers them, in private or in a group. */
  commands(group?: { id: number }): BotCommand[];
};
export type GroupHandle = ReturnType<ReturnType<typeof createActors>['group']>;
export type NewGroup = {
  id?: number;
  title: string;
  members?: UserHandle[];
  admins?: UserHandle[];
  creator?: UserHandle;
  /** 'supergroup' unless told; only a 'group' can be upgraded. */
  type?: 'group' | 'supergroup';
  /** The bot's place. 'administrator' unless told: it then sees everything and gets `chat_member`;
   *  as 'member' it is under privacy mode. */
  bot?: 'administrator' | 'member' | 'absent';
  /** With topics. */
  forum?: boolean;
};

/** The people and groups that tests, the demo and the page play with. */
export function createActors(context: Context) {
  const { world, queue } = context;

  const personOf = (user: { id: number }): Person => {
    const person = world.people.get(user.id);
    if (!person) throw new Error(`no user ${user.id}`);
    return person;
  };

  const handleOf = (person: Person): UserHandle => {
    const { wire } = person;
    const chat = (): Chat => world.privateChat(person);
    let handle: ChatHandle | undefined;
    const own = (): ChatHandle => (handle ??= createChatHandle(context, chat, person));
    const setBlocked = (blocked: boolean): void =>
      changeMember(context, chat(), { who: world.bot, by: wire, status: blocked ? 'kicked' : 'member' });
    return {
      id: wire.id,
      name: [wire.first_name, wire.last_name].filter(Boolean).join(' '),
      private: own,
      starts: (payload?: string): ShownMessage => own().says(payload ? `/start ${payload}` : '/start'),
      blocks: (): void => setBlocked(true),
      unblocks: (): void => setBlocked(false),
      deactivates: (): void => void (person.deactivated = true),
      changes(fields) {
        if (fields.firstName !== undefined) wire.first_name = fields.firstName;
        if (fields.lastName !== undefined) wire.last_name = fields.lastName;
        if (fields.username !== undefined) wire.username = fields.username;
        if (fields.languageCode !== undefined) wire.language_code = fields.languageCode;
      },
      commands: (group?: { id: number }): BotCommand[] =>
        commandsFor(context, (group && world.chats.get(group.id)) ?? chat(), wire),
    };
  };

  const group = (given: NewGroup) => {
    let chat = world.addGroup(given.type ?? 'supergroup', given.title, given.id);
    chat.isForum = given.forum ?? false;
    const place = (users: { id: number }[], status: MemberStatus): void => {
      for (const { id } of users) chat.members.set(id, status);
    };
    place(given.members ?? [], 'member');
    place(given.admins ?? [], 'administrator');
    place(given.creator ? [given.creator] : [], 'creator');
    if (given.bot !== 'absent') chat.members.set(world.bot.id, given.bot ?? 'administrator');

    const change = (who: { id: number }, status: MemberStatus, by: { id: number } = who): void =>
      changeMember(context, chat, { who: personOf(who).wire, by: personOf(by).wire, status });
    const changeBot = (status: MemberStatus, by: { id: number }): void =>
      changeMember(context, chat, { who: world.bot, by: personOf(by).wire, status });
    const service = (by: Person, content: Partial<WireMessage>): number => {
      const stored = world.post(chat, by.wire, content);
      if (['member', 'administrator'].includes(chat.members.get(world.bot.id) ?? 'left')) {
        queue.push({ message: stored.wire }, chat.id);
      }
      return stored.wire.message_id;
    };
    const anyone = (): Person => {
      const [id] = [...chat.members.keys()].filter((member) => member !== world.bot.id);
      return id === undefined ? { wire: world.bot, deactivated: false } : personOf({ id });
    };

    return {
      /** The id now; another one after `upgrade`. */
      get id(): number {
        return chat.id;
      },
      title: given.title,
      /** The group on that person's phone. */
      as: (who: { id: number }): ChatHandle => createChatHandle(context, () => chat, personOf(who)),
      joins: (who: { id: number }): void => change(who, 'member'),
      leaves: (who: { id: number }): void => change(who, 'left'),
      kicks: (who: { id: number }, by?: { id: number }): void => change(who, 'kicked', by ?? anyone().wire),
      promotes: (who: { id: number }, by?: { id: number }): void =>
        change(who, 'administrator', by ?? anyone().wire),
      demotes: (who: { id: number }, by?: { id: number }): void => change(who, 'member', by ?? anyone().wire),
      addsBot: (by: { id: number }, status: 'member' | 'administrator' = 'administrator'): void =>
        changeBot(status, by),
      removesBot: (by: { id: number }): void => changeBot('kicked', by),
      /** Opens a topic of a forum and gives its thread id. */
      topic(name: string): number {
        if (!chat.isForum) throw new Error(`${chat.title} has no topics`);
        const threadId = service(anyone(), { forum_topic_created: { name, icon_color: 7322096 } });
        chat.topics.set(threadId, name);
        return threadId;
      },
      renames(title: string, by?: { id: number }): void {
        chat.title = title;
        service(by ? personOf(by) : anyone(), { new_chat_title: title });
      },
      /** Makes a basic group a supergroup: a new id, service messages on both sides, 400 on the old id. */
      upgrade(): number {
        if (chat.type !== 'group') throw new Error('only a group of type “group” can be upgraded');
        const before = chat;
        const after = world.addGroup('supergroup', before.title);
        after.members = new Map(before.members);
        after.migratedFrom = before;
        service(anyone(), { migrate_to_chat_id: after.id });
        before.migratedTo = after.id;
        chat = after;
        service(anyone(), { migrate_from_chat_id: before.id });
        return after.id;
      },
      /** What the group shows now, oldest first. */
      messages: (): ShownMessage[] => visible(chat).map(showMessage),
      /** The members now, with their status. */
      members: (): { id: number; status: MemberStatus }[] =>
        [...chat.members].map(([id, status]) => ({ id, status })),
      wire: () => wireChat(chat),
    };
  };

  return {
    user: (given?: NewUser): UserHandle => handleOf(world.addPerson(given ?? {})),
    userById: (id: number): UserHandle => handleOf(personOf({ id })),
    group,
  };
}
