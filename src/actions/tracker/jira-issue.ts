// jira.issue: makes an issue in Jira, once for its key, such as one for an action item.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ActionDefinition } from '../../spi/action.ts';
import { httpRequest } from '../http/request.ts';
import { member, words } from '../words.ts';
import { defineIssueAction, type Tracker } from './issue-once.ts';

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
const shown = (input: Input, key: string) => ({ key, url: `${baseOf(input)}/browse/${key}` });

const tracker: Tracker<Input> = {
  called: 'Jira',
  look(input, key) {
    // Jira Cloud has another search than servers (Atlassian, CHANGE-2046).
    const search = new URL(input.url).hostname.endsWith('.atlassian.net') ? 'search/jql' : 'search';
    const jql = encodeURIComponent(`labels = "${labelOf(key)}"`);
    const url = `${baseOf(input)}/rest/api/2/${search}?jql=${jql}&maxResults=1&fields=key`;
    return {
      request: { method: 'GET', url, headers: headersOf(input) },
      read(body) {
        const found = Found.safeParse(body);
        if (!found.success) return null;
        const [first] = found.data.issues;
        return { issue: first ? shown(input, first.key) : null };
      },
    };
  },
  make(input, key) {
    const { project, title: summary, body: description, type, labels } = input;
    const fields = {
      project: { key: project },
      issuetype: { name: type },
      summary,
      description,
      labels: [...labels, labelOf(key)],
    };
    return {
      request: {
        method: 'POST',
        url: `${baseOf(input)}/rest/api/2/issue`,
        headers: headersOf(input),
        body: { fields },
      },
      read(answered) {
        const made = Made.safeParse(answered);
        return made.success ? shown(input, made.data.key) : null;
      },
    };
  },
};

/** The action, on another HTTP action than the usual one. */
export const jiraIssueWith = (http: ActionDefinition): ActionDefinition =>
  defineIssueAction(
    {
      name: 'jira.issue',
      docs,
      input: Input,
      sample: { url: 'https://acme.atlassian.net', project: 'SHOP', token: 'a-token', title: 'Alert on a full pool' },
      tracker,
      usualUrl: '',
      where: (input) => words(member(input, 'project'), 'a project'),
    },
    http,
  );

/** The action. */
export const jiraIssue = jiraIssueWith(httpRequest);
