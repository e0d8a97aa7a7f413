// Names of people in the place of their ids. Pure.

/** How ids of people look in a text: of Slack, as a mention or bare, and ours. */
const ids = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|\b([UW](?=[A-Z]*\d)[A-Z0-9]{4,})\b|\b((?:local|oidc):[^\s,;:()]+)/g;

/** A text with the names that are known; an id whose name is not known stays as it is. */
export const named = (text: string, nameOf: (id: string) => string | undefined): string =>
  text.replace(ids, (all, mentioned?: string, bare?: string, own?: string) => {
    const id = mentioned ?? bare ?? own ?? '';
    const name = nameOf(id);
    if (name === undefined) return all;
    return mentioned === undefined ? name : `@${name}`;
  });

/** What these people are called, by id; whoever is called by the id alone is not known by a name. */
export const nameAmong =
  (people: readonly { readonly id: string; readonly name: string }[]) =>
  (id: string): string | undefined =>
    people.find((one) => one.id === id && one.name !== id)?.name;
