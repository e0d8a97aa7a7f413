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
