/** By whom an asker's events are: their person, never an account of theirs. */
export function byPerson(person: string): string {
  return `person:${person}`;
}
