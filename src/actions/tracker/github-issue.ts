// github.issue: makes an issue on GitHub, once for its key, such as one for an action item.
import { z } from 'zod';
import type { Action, ActionContext, ActionDefinition } from '../../spi/action.ts';
import { defineAction } from '../action.ts';
import { httpRequest } from '../http/request.ts';
import { member, words } from '../words.ts';
import { askTracker, strangeAnswer } from './answered.ts';

const Input = z.strictObject({
  /** Of GitHub Enterprise: `https://github.example.com/api/v3`. */
  url: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be OWNER/NAME, such as acme/shop'),
  token: z.string().min(1).max(500),
  title: z.string().min(1).max(256),
  body: z.string().max(60_000).default(''),
  labels: z.array(z.string().min(1).max(50)).max(20).default([]),
  assignees: z.array(z.string().min(1).max(40)).max(10).default([]),
});
type Input = z.output<typeof Input>;
const Output = z.object({ key: z.string(), url: z.string(), created: z.boolean() });
const Issue = z.object({ number: z.number(), html_url: z.string(), body: z.string().nullish() });

/** So many of the newest issues are looked through for one that the same key has made. */
const lookedThrough = 100;

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`repo\` | OWNER/NAME | |
| \`token\` | a token that may write issues there: \`\${{ secrets.github }}\` | |
| \`title\` | of the issue | |
| \`body\` | its text, as Markdown | none |
| \`labels\`, \`assignees\` | lists of names | none |
| \`url\` | another API than GitHub's own, such as \`https://github.example.com/api/v3\` | https://api.github.com |

### Output

\`key\` (\`acme/shop#12\`), \`url\` of its page, \`created\` (false: the same key had made it before).

### Example

\`\`\`yaml
steps:
  - id: issue
    uses: github.issue
    with:
      repo: acme/shop
      token: "\${{ secrets.github }}"
      title: "Follow up: \${{ incident.title }}"
      body: "What is left to do after incident #\${{ incident.number }}"
      labels: [postmortem]
\`\`\`

### Replay

\`probe\`: the key of the step stands in the text of the issue, as a comment that nobody sees. Before an issue is made, and after an outcome
that is unknown, the newest ${lookedThrough} are looked through for it.

### Risk

\`low\` unless the step says so.

### Settings

\`actions.http\`, as for \`http.request\`: \`allow\` opens an address that is not public, \`maxResponseBytes\` bounds an answer.
`;

const marker = (key: string) => `<!-- firebreak ${key.replaceAll('--', '- -')} -->`;
const headersOf = ({ token }: Input) => ({
  authorization: `Bearer ${token}`,
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
});
const placeOf = ({ url, repo }: Input) => `${url.replace(/\/+$/, '')}/repos/${repo}/issues`;
const shown = ({ repo }: Input, { number, html_url: url }: z.output<typeof Issue>, created: boolean) => ({
  key: `${repo}#${number}`,
  url,
  created,
});

/** Looks for the issue that this key has made. */
async function look(http: Action, input: Input, context: ActionContext) {
  const url = `${placeOf(input)}?state=all&sort=created&direction=desc&per_page=${lookedThrough}`;
  const answer = await askTracker(http, { method: 'GET', url, headers: headersOf(input) }, context);
  if (answer.outcome === 'failed') return answer;
  const issues = z.array(Issue).safeParse(answer.body);
  if (!issues.success)
    return { outcome: 'failed' as const, error: { ...strangeAnswer('GitHub'), class: 'transient' as const } };
  const found = issues.data.find(({ body }) => body?.includes(marker(context.idempotencyKey)));
  return { outcome: 'looked' as const, found: found ?? null };
}

async function make(http: Action, input: Input, context: ActionContext) {
  const before = await look(http, input, context);
  if (before.outcome === 'failed') return before;
  if (before.found) return { outcome: 'succeeded' as const, output: shown(input, before.found, false) };
  const { title, labels, assignees } = input;
  const body = { title, body: `${input.body}\n\n${marker(context.idempotencyKey)}`, labels, assignees };
  const answer = await askTracker(
    http,
    { method: 'POST', url: placeOf(input), headers: headersOf(input), body },
    context,
  );
  if (answer.outcome === 'failed') return answer;
  const made = Issue.safeParse(answer.body);
  return made.success
    ? { outcome: 'succeeded' as const, output: shown(input, made.data, true) }
    : { outcome: 'failed' as const, error: strangeAnswer('GitHub') };
}

/** The action, on another HTTP action than the usual one. */
export const githubIssueWith = (http: ActionDefinition): ActionDefinition =>
  defineAction({
    name: 'github.issue',
    description: 'Makes an issue on GitHub, once for its key.',
    docs,
    input: Input,
    output: Output,
    sample: { repo: 'acme/shop', token: 'a-token', title: 'Alert on a full pool' },
    replay: 'probe',
    probes: () => true,
    risk: 'low',
    timeoutMs: 30_000,
    target: (input) => hostOf(words(member(input, 'url'), 'https://api.github.com')),
    describe: (input) =>
      `Issue in ${words(member(input, 'repo'), 'a repository')}: ${words(member(input, 'title'), 'no title')}`,
    section: 'http',
    settings: http.settings,
    configure(settings, installation) {
      const asking = http.configure(settings, installation);
      return {
        run: (input, context) => make(asking, input, context),
        async probe(input, context) {
          const seen = await look(asking, input, context);
          if (seen.outcome === 'failed') return { outcome: 'unclear' as const, message: seen.error.message };
          return seen.found
            ? { outcome: 'done' as const, output: shown(input, seen.found, false) }
            : { outcome: 'not_done' as const };
        },
      };
    },
  });

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host || null : null);

/** The action. */
export const githubIssue = githubIssueWith(httpRequest);
