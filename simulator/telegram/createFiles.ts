import type { WireFile } from './wire.js';

export type StoredFile = { wire: WireFile; path: string; bytes: Buffer };
export type NewFile = {
  kind: 'photos' | 'documents' | 'voice' | 'videos' | 'music' | 'stickers';
  bytes: Buffer;
  /** The size Telegram states; the length of `bytes` unless a large file is only claimed. */
  size?: number;
  details?: Partial<WireFile>;
};
export type Files = ReturnType<typeof createFiles>;

/** The files that went through the simulated Telegram, by file id and by download path. */
export function createFiles(keep: number) {
  const byId = new Map<string, StoredFile>();
  const byPath = new Map<string, StoredFile>();
  let count = 0;
  return {
    add({ kind, bytes, size, details = {} }: NewFile): StoredFile {
      const number = ++count;
      const extension = /\.\w+$/.exec(details.file_name ?? '')?.[0] ?? (kind === 'photos' ? '.jpg' : '.bin');
      const stored: StoredFile = {
        wire: {
          file_id: `simulated-file-${number}`,
          file_unique_id: `unique-${number}`,
          file_size: size ?? bytes.length,
          ...details,
        },
        path: `${kind}/file_${number}${extension}`,
        bytes,
      };
      byId.set(stored.wire.file_id, stored);
      byPath.set(stored.path, stored);
      const [oldest] = byId.values();
      if (byId.size > keep && oldest) {
        byId.delete(oldest.wire.file_id);
        byPath.delete(oldest.path);
      }
      return stored;
    },
    byId: (id: string): StoredFile | undefined => byId.get(id),
    byPath: (path: string): StoredFile | undefined => byPath.get(path),
  };
}
