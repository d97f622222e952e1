/** Whom the settings name to look after the server: by subject, or as @name by what the provider calls them now. */
import type { PeopleStore, PersonRow } from "../store/people/people-store.ts";

/** As a provider tells of somebody; null where it has not. */
type Named = Pick<PersonRow, "subject" | "name">;

export type Admins = {
  /** Whether the account is one of theirs, as of its last sign-in. */
  has(account: string): Promise<boolean>;
  names(person: Named): boolean;
};

/** Subjects and names are apart: a name is chosen by who has it, and could be another's subject. */
export function adminsIn(named: readonly string[], people: Pick<PeopleStore, "find">): Admins {
  const known = new Set(named);
  const names = ({ subject, name }: Named) =>
    (subject !== null && !subject.startsWith("@") && known.has(subject)) ||
    (name !== null && known.has(`@${name}`));
  return {
    names,
    async has(account) {
      const person = known.size === 0 ? null : await people.find(account);
      return person !== null && names(person);
    },
  };
}
