import type { Clock } from '../../src/clock.js';
import type { Events } from './createEvents.js';
import type { ShownMessage } from './wire.js';

export type Person = {
  id: string;
  name: string;
  /** 'left' after unfollowing: nothing reaches them. */
  relation: 'none' | 'following' | 'left';
  /** Milliseconds since 1970. */
  lastInteraction?: number;
  messages: ShownMessage[];
};
export type NewPerson = { id?: string; name?: string };

export type Upload = { kind: 'image' | 'file'; name: string; bytes: Buffer; until: number };
const UPLOAD_MS = 7 * 86_400_000;

export type World = ReturnType<typeof createWorld>;

/** The people, their chats with the account, and the files. Ids are longer than a double can hold. */
export function createWorld(clock: Clock, events: Events, keepMessages: number) {
  const people = new Map<string, Person>();
  const uploads = new Map<string, Upload>();
  const files = new Map<string, { name: string; mime: string; bytes: Buffer }>();
  let count = 0;
  const now = (): number => clock.now().getTime();

  return {
    people,
    files,
    nextId: (): string => (++count).toString(16).padStart(20, '0'),
    addPerson({ id, name = 'Nguyễn Thị Lan' }: NewPerson = {}): Person {
      const person: Person = {
        id: id ?? `90071992547409${String(++count).padStart(5, '0')}`,
        name,
        relation: 'none',
        messages: [],
      };
      people.set(person.id, person);
      return person;
    },
    interacted(person: Person): void {
      person.lastInteraction = now();
    },
    /** Puts a message into a person's chat. */
    show(person: Person, content: Partial<ShownMessage> & { id: string; fromOa: boolean }): ShownMessage {
      const message: ShownMessage = { userId: person.id, at: clock.now(), text: '', buttons: [], ...content };
      person.messages.push(message);
      if (person.messages.length > keepMessages) person.messages.shift();
      events.emit('message', message);
      return message;
    },
    addUpload(kind: Upload['kind'], name: string, bytes: Buffer): string {
      const id = `${kind}-${++count}`;
      uploads.set(id, { kind, name, bytes, until: now() + UPLOAD_MS });
      return id;
    },
    /** An upload of this kind; undefined when there is none, 'expired' after seven days. */
    upload(id: unknown, kind: Upload['kind']): Upload | 'expired' | undefined {
      const upload = typeof id === 'string' ? uploads.get(id) : undefined;
      if (upload?.kind !== kind) return undefined;
      return upload.until <= now() ? 'expired' : upload;
    },
  };
}
