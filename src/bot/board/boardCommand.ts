import type { Phrase } from '../../conversation/flow.js';
import type { Role } from '../../domain/lifeCycle.js';
import type { BoardTurn } from './boardDeps.js';

/** What a command gives back when its arguments are wrong; the way to write it is told beside it. */
export type Wrong = { wrong: Phrase };
export type CommandCall = BoardTurn & { args: string[]; raw: string };
export type BoardCommand = {
  name: string;
  who: readonly Role[];
  /** Throws DomainError; answers wrong arguments with what is wrong. */
  run(call: CommandCall): Promise<void | Wrong>;
};

export const ALL_MEMBERS: readonly Role[] = ['admin', 'editor', 'viewer', 'station'];
