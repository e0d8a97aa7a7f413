// github.issue: makes an issue on GitHub, once for its key, such as one for an action item.
import { z } from 'zod';
import type { ActionDefinition } from '../../spi/action.ts';
import { httpRequest } from '../http/request.ts';
import { member, words } from '../words.ts';
import { defineIssueAction, type Tracker } from './issue-once.ts';

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
const Made = z.object({ number: z.number(), html_url: z.string(), body: z.string().nullish() });

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
const shown = ({ repo }: Input, { number, html_url: url }: z.output<typeof Made>) => ({
  key: `${repo}#${number}`,
  url,
});

const tracker: Tracker<Input> = {
  called: 'GitHub',
  look: (input, key) => ({
    request: {
      method: 'GET',
      url: `${placeOf(input)}?state=all&sort=created&direction=desc&per_page=${lookedThrough}`,
      headers: headersOf(input),
    },
    read(body) {
      const issues = z.array(Made).safeParse(body);
      if (!issues.success) return null;
      const found = issues.data.find((issue) => issue.body?.includes(marker(key)));
      return { issue: found ? shown(input, found) : null };
    },
  }),
  make(input, key) {
    const { title, labels, assignees } = input;
    const body = { title, body: `${input.body}\n\n${marker(key)}`, labels, assignees };
    return {
      request: { method: 'POST', url: placeOf(input), headers: headersOf(input), body },
      read(answered) {
        const made = Made.safeParse(answered);
        return made.success ? shown(input, made.data) : null;
      },
    };
  },
};

/** The action, on another HTTP action than the usual one. */
export const githubIssueWith = (http: ActionDefinition): ActionDefinition =>
  defineIssueAction(
    {
      name: 'github.issue',
      docs,
      input: Input,
      sample: { repo: 'acme/shop', token: 'a-token', title: 'Alert on a full pool' },
      tracker,
      usualUrl: 'https://api.github.com',
      where: (input) => words(member(input, 'repo'), 'a repository'),
    },
    http,
  );

/** The action. */
export const githubIssue = githubIssueWith(httpRequest);
