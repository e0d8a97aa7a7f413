// Text as people wrote it in Slack, as plain text for the record: mentions by their names at that moment, links with their addresses. Pure.

const mention = /<@([UW][A-Z0-9]+)(?:\|([^>]*))?>/g;
const mark = /<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g;
const entities: { readonly [entity: string]: string } = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** The people whom a text mentions, each once. */
export const mentioned = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(mention)].map(([, id = '']) => id)),
];

/**
 * The text for people and for the record. `names`: of the people whom it mentions; who is not among them is shown by what Slack wrote of
 * that person, or by id.
 */
export const saidText = (text: string, names: ReadonlyMap<string, string>): string =>
  text
    .replace(mark, (whole, kind: string, target: string, label: string | undefined) => {
      switch (kind) {
        case '@':
          return `@${names.get(target) ?? (label || target)}`;
        case '#':
          return `#${label || target}`;
        case '!':
          return broadcast(target, label);
        default:
          return /^(?:https?|mailto|tel):/.test(target) ? linked(target, label) : whole;
      }
    })
    .replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);

/** `<!here>`, `<!subteam^S1|@sre>`, `<!date^…|fallback>`. */
function broadcast(target: string, label: string | undefined): string {
  if (label) return label.startsWith('@') || target.startsWith('date^') ? label : `@${label}`;
  return `@${target.replace(/^subteam\^/, '')}`;
}

function linked(url: string, label: string | undefined): string {
  const address = url.replace(/^(?:mailto|tel):/, '');
  return label === undefined || label === '' || label === address || label === url ? address : `${label} (${address})`;
}
