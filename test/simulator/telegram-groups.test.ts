import { describe, expect, it } from 'vitest';
import type { TelegramSimulator } from '../../simulator/telegram/startTelegramSimulator.js';
import { startSimulator } from './telegram-setup.js';

/** The kinds and texts of the updates since the last look, confirmed. */
function createReader(sim: TelegramSimulator) {
  const seen: string[] = [];
  sim.on('update', ({ update_id: _, ...content }) => {
    const [kind = ''] = Object.keys(content);
    const message = content.message ?? content.edited_message;
    const change = content.chat_member ?? content.my_chat_member;
    const service = message && Object.keys(message).at(-1);
    const what = change
      ? `${change.old_chat_member.status}>${change.new_chat_member.status}`
      : (message?.text ?? service ?? content.callback_query?.data);
    seen.push(`${kind} ${what ?? ''}`);
  });
  return () => seen.splice(0);
}

const ALL = ['message', 'edited_message', 'callback_query', 'my_chat_member', 'chat_member'] as const;

async function startBoard(bot: 'administrator' | 'member', type: 'group' | 'supergroup' = 'supergroup') {
  const { sim, api } = await startSimulator();
  const [chair, member] = [sim.user({ firstName: 'Chủ tịch' }), sim.user({ firstName: 'Thành viên' })];
  const group = sim.group({ title: 'Ban biên tập', creator: chair, members: [member], bot, type });
  return { sim, api, chair, member, group, read: createReader(sim) };
}

describe('what a bot sees of a group', () => {
  it('is, in privacy mode, its commands, replies to it, presses and service messages', async () => {
    const { sim, api, group, member, read } = await startBoard('member');
    const inGroup = group.as(member);
    const card = await api.sendMessage(group.id, 'Thẻ', {
      reply_markup: { inline_keyboard: [[{ text: 'Duyệt', callback_data: 'approve' }]] },
    });
    inGroup.says('chuyện riêng');
    inGroup.says('/queue');
    inGroup.says('/queue@danhoi_bot');
    inGroup.says('/queue@other_bot');
    inGroup.says('gõ /queue ở giữa');
    inGroup.repliesTo(card.message_id, 'lý do');
    inGroup.presses('Duyệt');
    const own = inGroup.says('sai');
    inGroup.edits(own.messageId, 'đúng');
    group.joins(sim.user());
    expect(read()).toEqual([
      'message /queue',
      'message /queue@danhoi_bot',
      'message lý do',
      'callback_query approve',
      'message new_chat_members',
    ]);
  });

  it('is everything once it is an administrator', async () => {
    const { group, member, read } = await startBoard('administrator');
    group.as(member).says('chuyện riêng');
    expect(read()).toEqual(['message chuyện riêng']);
  });

  it('is who comes, goes, is promoted and removed, if it asks for chat_member and is an administrator', async () => {
    for (const [bot, expected] of [
      ['administrator', ['left>member', 'member>administrator', 'administrator>member', 'member>kicked']],
      ['member', []],
    ] as const) {
      const { sim, api, group, chair, read } = await startBoard(bot);
      await api.getUpdates(0, 100, 0, ALL);
      const guest = sim.user();
      group.joins(guest);
      group.promotes(guest, chair);
      group.demotes(guest, chair);
      group.kicks(guest, chair);
      const changes = read().filter((what) => what.startsWith('chat_member'));
      expect(changes).toEqual(expected.map((change) => `chat_member ${change}`));
    }
  });

  it('leaves chat_member out unless asked for', async () => {
    const { group, member, read } = await startBoard('administrator');
    group.leaves(member);
    expect(read()).toEqual(['message left_chat_member']);
    expect(() => group.as(member).says('x')).toThrow('is not in the group');
  });

  it('is its own coming and going, and being blocked', async () => {
    const { sim, api, group, chair, member, read } = await startBoard('administrator');
    group.removesBot(chair);
    group.addsBot(chair, 'member');
    await api.leaveChat(group.id);
    member.starts();
    member.blocks();
    member.starts();
    expect(read()).toEqual([
      'my_chat_member administrator>kicked',
      'my_chat_member kicked>member',
      'message new_chat_members',
      'my_chat_member member>left',
      'message /start',
      'my_chat_member member>kicked',
      'my_chat_member kicked>member',
      'message /start',
    ]);
    expect(sim.record.calls({ method: 'leaveChat' })).toHaveLength(1);
  });
});

describe('what a bot may ask about a group', () => {
  it('is who is in it, as what', async () => {
    const { sim, api, group, chair, member } = await startBoard('administrator');
    const guest = sim.user();
    expect(await api.getChat(group.id)).toMatchObject({
      id: group.id,
      type: 'supergroup',
      title: 'Ban biên tập',
    });
    expect(await api.getChatMembersCount(group.id)).toBe(3);
    expect((await api.getChatMember(group.id, member.id)).status).toBe('member');
    expect((await api.getChatMember(group.id, guest.id)).status).toBe('left');
    const administrators = await api.getChatAdministrators(group.id);
    expect(administrators.map(({ user, status }) => [user.id, status])).toEqual([
      [chair.id, 'creator'],
      [sim.bot.id, 'administrator'],
    ]);
    await expect(api.getChatMember(group.id, 999)).rejects.toMatchObject({ code: 400 });
    await expect(api.getChatAdministrators(member.id)).rejects.toMatchObject({ code: 400 });
  });

  it('is nothing once it is out', async () => {
    const { api, group, chair } = await startBoard('administrator');
    group.removesBot(chair);
    await expect(api.getChatMember(group.id, chair.id)).rejects.toMatchObject({ code: 403 });
    await expect(api.getChat(group.id)).rejects.toMatchObject({ code: 403 });
  });
});

describe('a group that becomes a supergroup', () => {
  it('says so on both sides and refuses its old id with the new one', async () => {
    const { sim, api, group, member, read } = await startBoard('member', 'group');
    const before = group.id;
    const card = await api.sendMessage(before, 'Thẻ');
    const after = group.upgrade();
    expect(group.id).toBe(after);
    expect(read()).toEqual(['message migrate_to_chat_id', 'message migrate_from_chat_id']);
    for (const attempt of [
      api.sendMessage(before, 'x'),
      api.editMessageText(before, card.message_id, undefined, 'x'),
      api.getChat(before),
    ]) {
      await expect(attempt).rejects.toMatchObject({
        code: 400,
        parameters: { migrate_to_chat_id: after },
      });
    }
    await api.sendMessage(after, 'mới');
    group.as(member).says('/queue');
    expect(group.messages().map(({ text }) => text)).toEqual(['Thẻ', '', '', 'mới', '/queue']);
    expect(sim.record.sentTo(after)).toHaveLength(1);
  });
});

describe('a forum', () => {
  it('keeps messages in their topics', async () => {
    const { sim, api } = await startSimulator();
    const lan = sim.user();
    const group = sim.group({ title: 'Ban', members: [lan], forum: true });
    const thread = group.topic('Nước sạch');
    await api.sendMessage(group.id, 'a', { message_thread_id: thread });
    const reply = group.as(lan).repliesTo(group.as(lan).last().messageId, 'b');
    expect(reply.threadId).toBe(thread);
    await expect(api.sendMessage(group.id, 'x', { message_thread_id: 99 })).rejects.toMatchObject({
      description: 'Bad Request: message thread not found',
    });
  });
});
