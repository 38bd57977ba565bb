/** Nobody believes in dots that stay longer than this. */
const LONGEST_MS = 8_000;

/** Says in which chats an answer is to be expected: from when somebody wrote until the bot said or changed something. */
export function createTyping(changed: (chat: string, on: boolean) => void) {
  const chats = new Map<string, NodeJS.Timeout>();
  const ends = (chat: string): void => {
    const timer = chats.get(chat);
    if (timer === undefined) return;
    clearTimeout(timer);
    chats.delete(chat);
    changed(chat, false);
  };
  return {
    begins(chat: string): void {
      ends(chat);
      chats.set(
        chat,
        setTimeout(() => ends(chat), LONGEST_MS),
      );
      changed(chat, true);
    },
    ends,
    close(): void {
      for (const timer of chats.values()) clearTimeout(timer);
      chats.clear();
    },
  };
}
