// The pages about sources and auth schemes in docs/, made of what these say about themselves. Pure; `npm run docs` writes them.
import { stringify } from 'yaml';
import type { AuthScheme } from '../spi/auth-scheme.ts';
import type { RetriedOn, Source } from '../spi/source.ts';

/** What there is to tell about. */
type Documented = {
  readonly sources: ReadonlyMap<string, Source>;
  readonly schemes: ReadonlyMap<string, AuthScheme>;
};

/** The pages, by their path under docs/. */
export function sourcePages({ sources, schemes }: Documented): ReadonlyMap<string, string> {
  const all = [...sources.values()];
  const pages = all.map((source) => [`sources/${source.id}.md`, pageOf(source, schemes)] as const);
  return new Map([
    ...pages,
    ['sources/README.md', indexOf(all)] as const,
    ['auth-schemes.md', schemesPage([...schemes.values()], all)] as const,
  ]);
}

const made = (from: string) => `<!-- Made by \`npm run docs\` of ${from}. Change that, not this. -->`;

function indexOf(sources: readonly Source[]): string {
  const lines = sources.map(({ id, title }) => `- [${title}](${id}.md): \`${id}\``);
  return `${made('src/sources')}

# Alert sources

${lines.join('\n')}

How senders prove themselves: [auth schemes](../auth-schemes.md).
`;
}

function pageOf(source: Source, schemes: ReadonlyMap<string, AuthScheme>): string {
  const { id, title, docs } = source;
  const able = [...schemes.keys()].filter((scheme) => source.schemes === null || Object.hasOwn(source.schemes, scheme));
  const links = able.map((scheme) => `[${scheme}](../auth-schemes.md#${scheme})`).join(', ');
  return `${made(`src/sources/${id}.ts`)}

# ${title}

Deliveries come to \`POST /hooks/${id}\`, or to \`POST /hooks/${id}/NAME\` for an integration of another name.

## Set-up

${docs.setUp}

## Security

${docs.security}

\`auth\` takes: ${links}.

## Test

${docs.test}

\`\`\`sh
npx firebreak alert send ${id}
\`\`\`

## Retries

${docs.retries}
${retriesOf(source.retriesOn)}`;
}

/** A paragraph; nothing where nothing is known. */
function retriesOf(retriesOn: readonly RetriedOn[]): string {
  return retriesOn.length === 0
    ? ''
    : `\nSent again after: ${retriesOn.join(', ')}. When too much comes in at once it is answered one of these.\n`;
}

function schemesPage(schemes: readonly AuthScheme[], sources: readonly Source[]): string {
  const parts = schemes.map((scheme) => {
    const source = sources.find(({ schemes: able }) => able === null || Object.hasOwn(able, scheme.id));
    const auth = { type: scheme.id, ...scheme.sample };
    const example = source && stringify({ integrations: { [source.id]: { source: source.id, auth } } }).trim();
    return `## ${scheme.id}

${scheme.docs}

Proves ${{ body: 'what was sent', sender: 'who sends', nothing: 'nothing' }[scheme.proves]}.

\`\`\`yaml
${example}
\`\`\`
`;
  });
  return `${made('src/sources/auth')}

# Auth schemes

How the sender of an integration proves itself: \`auth\` of the integration. A sender that cannot is answered 401, and is told what is
missing.

${parts.join('\n')}`;
}
