// jira.issue: makes an issue in Jira, once for its key, such as one for an action item.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Action, ActionContext, ActionDefinition } from '../../spi/action.ts';
import { defineAction } from '../action.ts';
import { httpRequest } from '../http/request.ts';
import { member, words } from '../words.ts';
import { askTracker, strangeAnswer } from './answered.ts';

const Input = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  project: z.string().regex(/^[A-Z][A-Z0-9_]{1,30}$/, 'must be the key of a project, such as SHOP'),
  /** Of Jira Cloud; a server takes the token alone. */
  email: z.string().max(200).optional(),
  token: z.string().min(1).max(500),
  title: z.string().min(1).max(255),
  body: z.string().max(30_000).default(''),
  type: z.string().min(1).max(60).default('Task'),
  labels: z
    .array(z.string().regex(/^\S{1,200}$/, 'must have no spaces'))
    .max(20)
    .default([]),
});
type Input = z.output<typeof Input>;
const Output = z.object({ key: z.string(), url: z.string(), created: z.boolean() });
const Found = z.object({ issues: z.array(z.object({ key: z.string() })) });
const Made = z.object({ key: z.string() });

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`url\` | of Jira, such as \`https://acme.atlassian.net\` | |
| \`project\` | the key of the project | |
| \`email\` | whose token it is, in Jira Cloud; without it the token is sent alone, as a server takes it | none |
| \`token\` | a token that may write issues there: \`\${{ secrets.jira }}\` | |
| \`title\`, \`body\` | summary and description | no description |
| \`type\` | of the issue | Task |
| \`labels\` | a list of labels | none |

### Output

\`key\` (\`SHOP-12\`), \`url\` of its page, \`created\` (false: the same key had made it before).

### Example

\`\`\`yaml
steps:
  - id: issue
    uses: jira.issue
    with:
      url: https://acme.atlassian.net
      project: SHOP
      email: bot@acme.example
      token: "\${{ secrets.jira }}"
      title: "Follow up: \${{ incident.title }}"
      labels: [postmortem]
\`\`\`

### Replay

\`probe\`: the issue has a label that is made of the key of the step. Before an issue is made, and after an outcome that is unknown, Jira is
asked for an issue with it.

### Risk

\`low\` unless the step says so.

### Settings

\`actions.http\`, as for \`http.request\`: \`allow\` opens an address that is not public, \`maxResponseBytes\` bounds an answer.
`;

/** A label of an issue that this key has made. */
const labelOf = (key: string) => `firebreak-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
const baseOf = ({ url }: Input) => url.replace(/\/+$/, '');
const headersOf = ({ email, token }: Input) => ({
  accept: 'application/json',
  authorization:
    email === undefined ? `Bearer ${token}` : `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`,
});
const shown = (input: Input, key: string, created: boolean) => ({
  key,
  url: `${baseOf(input)}/browse/${key}`,
  created,
});

/** Looks for the issue that this key has made. Jira Cloud has another search than servers (Atlassian, CHANGE-2046). */
async function look(http: Action, input: Input, context: ActionContext) {
  const search = new URL(input.url).hostname.endsWith('.atlassian.net') ? 'search/jql' : 'search';
  const jql = encodeURIComponent(`labels = "${labelOf(context.idempotencyKey)}"`);
  const url = `${baseOf(input)}/rest/api/2/${search}?jql=${jql}&maxResults=1&fields=key`;
  const answer = await askTracker(http, { method: 'GET', url, headers: headersOf(input) }, context);
  if (answer.outcome === 'failed') return answer;
  const found = Found.safeParse(answer.body);
  if (!found.success)
    return { outcome: 'failed' as const, error: { ...strangeAnswer('Jira'), class: 'transient' as const } };
  return { outcome: 'looked' as const, found: found.data.issues[0]?.key ?? null };
}

async function make(http: Action, input: Input, context: ActionContext) {
  const before = await look(http, input, context);
  if (before.outcome === 'failed') return before;
  if (before.found !== null) return { outcome: 'succeeded' as const, output: shown(input, before.found, false) };
  const { project, title: summary, body: description, type, labels } = input;
  const fields = {
    project: { key: project },
    issuetype: { name: type },
    summary,
    description,
    labels: [...labels, labelOf(context.idempotencyKey)],
  };
  const url = `${baseOf(input)}/rest/api/2/issue`;
  const answer = await askTracker(http, { method: 'POST', url, headers: headersOf(input), body: { fields } }, context);
  if (answer.outcome === 'failed') return answer;
  const made = Made.safeParse(answer.body);
  return made.success
    ? { outcome: 'succeeded' as const, output: shown(input, made.data.key, true) }
    : { outcome: 'failed' as const, error: strangeAnswer('Jira') };
}

/** The action, on another HTTP action than the usual one. */
export const jiraIssueWith = (http: ActionDefinition): ActionDefinition =>
  defineAction({
    name: 'jira.issue',
    description: 'Makes an issue in Jira, once for its key.',
    docs,
    input: Input,
    output: Output,
    sample: { url: 'https://acme.atlassian.net', project: 'SHOP', token: 'a-token', title: 'Alert on a full pool' },
    replay: 'probe',
    probes: () => true,
    risk: 'low',
    timeoutMs: 30_000,
    target: (input) => hostOf(words(member(input, 'url'), '')),
    describe: (input) =>
      `Issue in ${words(member(input, 'project'), 'a project')}: ${words(member(input, 'title'), 'no title')}`,
    section: 'http',
    settings: http.settings,
    configure(settings, installation) {
      const asking = http.configure(settings, installation);
      return {
        run: (input, context) => make(asking, input, context),
        async probe(input, context) {
          const seen = await look(asking, input, context);
          if (seen.outcome === 'failed') return { outcome: 'unclear' as const, message: seen.error.message };
          return seen.found === null
            ? { outcome: 'not_done' as const }
            : { outcome: 'done' as const, output: shown(input, seen.found, false) };
        },
      };
    },
  });

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host || null : null);

/** The action. */
export const jiraIssue = jiraIssueWith(httpRequest);
