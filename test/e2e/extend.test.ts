// The promise of the README: one more source, auth scheme and so on is one file and one line. Each is added to a copy of the
// source, all are built together, and each is driven from outside as its users drive it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/types.ts';
import {
  type Addition,
  type ExtendedCopy,
  type ExtendedProgram,
  extendedCopy,
} from '../support/cluster/extended-copy.ts';
import { slackPeople } from '../support/cluster/slack-people.ts';

const aSource: Addition = {
  file: 'sources/lighthouse.ts',
  list: 'sources/index.ts',
  line: "export { lighthouse } from './lighthouse.ts';",
  text: `// A monitor that exists for this test only.
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { defineSource } from './source.ts';

const Body = z.looseObject({ lamp: z.string(), state: z.enum(['down', 'up']) });

/** The source. */
export const lighthouse = defineSource({
  id: 'lighthouse',
  title: 'Lighthouse',
  docs: {
    setUp: 'Let it POST to /hooks/lighthouse, and write source: lighthouse.',
    security: 'It can send a bearer token.',
    test: 'Cover the lamp.',
    retries: 'It sends once more when nobody answers.',
  },
  retriesOn: ['no answer'],
  body: Body,
  settings: z.strictObject({ coast: z.string() }),
  sample: {
    headers: {},
    body: { lamp: 'north', state: 'down' },
    resolved: { lamp: 'north', state: 'up' },
    settings: { coast: 'west' },
  },
  handshake: {
    methods: ['GET'],
    needsProof: true,
    answer: async ({ url }) => ({ status: 200, contentType: 'text/plain', body: new URL(url, 'http://x').search.slice(1) }),
  },
  read({ body, settings, integration }) {
    const alert = {
      source: 'lighthouse',
      integration,
      fingerprint: integration + '/' + body.lamp,
      status: body.state === 'down' ? ('firing' as const) : ('resolved' as const),
      title: 'Lamp ' + body.lamp + ' of the ' + settings.coast + ' coast is ' + body.state,
      severity: 'critical' as const,
      labels: { coast: settings.coast },
    };
    return ok({ alerts: [alert], deliveryKey: null, truncated: 0 });
  },
});
`,
};

const anAuthScheme: Addition = {
  file: 'sources/auth/backwards.ts',
  list: 'sources/auth/index.ts',
  line: "export { backwards } from './backwards.ts';",
  text: `// A proof that exists for this test only: the key, backwards, in a header that the settings name.
import { z } from 'zod';
import { err, ok } from '../../core/result.ts';
import { defineAuthScheme } from '../../spi/auth-scheme.ts';
import { Secret } from '../../spi/secret.ts';
import { sameSecret } from './same-secret.ts';

const reversed = (text: string) => [...text].reverse().join('');

/** The scheme. */
export const backwards = defineAuthScheme({
  id: 'backwards',
  proves: 'sender',
  docs: 'The sender sends its key backwards.',
  sample: { key: { env: 'KEY' } },
  settings: z.strictObject({ key: Secret, header: z.string().default('X-Backwards') }),
  stamped: () => false,
  verify({ request, settings: { key, header } }) {
    const sent = request.headers[header.toLowerCase()];
    if (sent === undefined) return err('the header ' + header + ' is missing');
    return sameSecret(reversed(sent), key) ? ok(undefined) : err('the key is wrong');
  },
  sign: ({ settings: { key, header } }) => ({ [header.toLowerCase()]: reversed(key) }),
});
`,
};

const anAction: Addition = {
  file: 'actions/siren.ts',
  list: 'actions/index.ts',
  line: "export { sirenSound } from './siren.ts';",
  text: `// An action that exists for this test only: it says what it was told, and whether it knows the word.
import { z } from 'zod';
import { defineAction, failure } from './action.ts';
import { member, words } from './words.ts';

const docs = \`
### Input

\\\`lamp\\\`: what it sounds for.

### Output

\\\`heard\\\`: what was heard.

### Example

None.

### Replay

safe.

### Risk

low.

### Settings

\\\`tune\\\`.
\`;

/** The action. */
export const sirenSound = defineAction({
  name: 'siren.sound',
  description: 'Sounds for a lamp.',
  docs,
  input: z.strictObject({ lamp: z.string() }),
  output: z.object({ heard: z.string() }),
  sample: { lamp: 'north' },
  replay: 'safe',
  risk: 'low',
  timeoutMs: 5000,
  target: (input) => 'siren of ' + words(member(input, 'lamp'), 'nothing'),
  describe: (input) => 'Sound for ' + words(member(input, 'lamp'), 'nothing'),
  section: 'siren',
  settings: z.strictObject({ tune: z.string().default('low') }),
  credentials: ['siren_word'],
  configure: ({ tune }) => ({
    run: async ({ lamp }, { secrets }) =>
      secrets('siren_word') === 'open-sesame'
        ? { outcome: 'succeeded', output: { heard: tune + ' for ' + lamp } }
        : failure('auth', 'wrong_word', 'the siren does not know this word'),
  }),
});
`,
};

const aSecretProvider: Addition = {
  file: 'secrets/letters.ts',
  list: 'secrets/index.ts',
  line: "export { letters } from './letters.ts';",
  text: `// A place for secrets that exists for this test only: they are spelled in the environment, letter by letter.
import { err, ok } from '../core/result.ts';
import type { SecretProvider } from '../spi/secret-provider.ts';

/** The provider. */
export const letters: SecretProvider = {
  id: 'letters',
  reference: 'NAME',
  docs: 'The letters of the variable \`NAME\`.',
  resolve(name, { env }) {
    const spelled = env[name];
    return spelled === undefined ? err('nobody spelled ' + name) : ok(spelled.split(' ').join(''));
  },
};
`,
};

const aCommand: Addition = {
  file: 'slack/inbound/commands/tide.ts',
  list: 'slack/inbound/commands/index.ts',
  line: "export { tide } from './tide.ts';",
  text: `// A command that exists for this test only.
import { defineCommand } from '../surface.ts';

/** The command. */
export const tide = defineCommand({
  name: 'tide',
  usage: 'tide PLACE',
  about: 'how high the water stands',
  group: 'Look',
  right: 'operate',
  where: 'anywhere',
  run: async ({ words: [place = 'here'], caller: { principal } }) =>
    'High water at ' + place + ', says ' + (principal.type === 'person' ? principal.id : 'nobody'),
});
`,
};

const anInterceptor: Addition = {
  file: 'engine/interceptors/high-water.ts',
  list: 'engine/interceptors/index.ts',
  line: "export { highWater } from './high-water.ts';",
  text: `// An interceptor that exists for this test only.
import type { InterceptorDefinition } from './definition.ts';

/** Declares nothing while the water is high. */
export const highWater: InterceptorDefinition = {
  place: 'outer',
  make: () => ({
    name: 'high-water',
    command: async ({ name }, next) =>
      name === 'declare' ? { outcome: 'refused', refusal: { code: 'halted', message: 'the water is high' } } : next(),
  }),
};
`,
};

const playbook = `apiVersion: firebreak/v1
name: sound-siren
version: 1.0.0
owner: { product: coast, technical: team-coast, escalation: "@lead" }
triggers: [ { source: lighthouse, when: alert.title.startsWith("Lamp fog") } ]
steps:
  - { id: sound, uses: siren.sound, with: { lamp: "\${{ alert.title }}" } }
`;

const slack = { botToken: 'xoxb-test-token', signingSecret: 'test-signing-secret', appToken: 'xapp-test-token' };
let copy: ExtendedCopy;
let program: ExtendedProgram;
let sandbox: Sandbox;
beforeAll(async () => {
  copy = await extendedCopy([aSource, anAuthScheme, anAction, aSecretProvider, aCommand, anInterceptor]);
  sandbox = await startSandbox({ ...slack, command: '/coast' });
  program = await copy.start({
    settings: {
      integrations: {
        lighthouse: {
          source: 'lighthouse',
          auth: { type: 'bearer', token: { env: 'LIGHTHOUSE_TOKEN' } },
          coast: 'east',
        },
        keyed: { source: 'generic', auth: { type: 'backwards', key: { env: 'KEY' }, header: 'X-Key' } },
      },
      access: { operate: ['U0ANA'] },
      slack: { command: '/coast' },
      actions: { siren: { tune: 'high' } },
      secrets: { siren_word: { letters: 'WORD' } },
    },
    playbooks: { 'sound-siren': playbook },
    env: {
      LIGHTHOUSE_TOKEN: 'a-token-of-the-lighthouse',
      KEY: 'drawer-drawer',
      WORD: 'o p e n - s e s a m e',
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: sandbox.apiUrl,
    },
  });
  sandbox.setRequestUrl(`${program.url}/slack/events`);
}, 120_000);
afterAll(async () => {
  await copy.close();
  await sandbox.close();
});

type IncidentRow = { readonly title: string; readonly status: string };
const incident = (title: string) =>
  program.until(`the incident "${title}"`, async () => {
    const { items } = await program.get<{ items: readonly IncidentRow[] }>('/incidents');
    return items.find((row) => row.title === title);
  });

describe('one more source', () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer a-token-of-the-lighthouse' };
  const send = (init: RequestInit, query = '') =>
    fetch(`${program.url}/hooks/lighthouse${query}`, { headers, ...init });

  it('makes an incident of a real delivery, with a setting of its own', async () => {
    const answer = await send({ method: 'POST', body: '{"lamp":"harbour","state":"down"}' });
    expect(await answer.json()).toMatchObject({ status: 'accepted' });
    expect(await incident('Lamp harbour of the east coast is down')).toMatchObject({ status: 'open' });
  });

  it('answers a handshake of its own', async () => {
    const answer = await send({ method: 'GET' }, '?are-you-there');
    expect([answer.status, await answer.text()]).toEqual([200, 'are-you-there']);
    expect((await send({ method: 'GET', headers: {} }, '?are-you-there')).status).toBe(401);
  });
});

describe('one more auth scheme', () => {
  it('proves a real delivery, which becomes an incident', async () => {
    const send = (headers: { [name: string]: string }) =>
      fetch(`${program.url}/hooks/generic/keyed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"id":"d-1","title":"The drawer is stuck"}',
      });
    const missing = await send({});
    expect([missing.status, await missing.json()]).toMatchObject([401, { detail: 'the header X-Key is missing' }]);
    expect((await send({ 'x-key': 'drawer-drawer' })).status).toBe(401);
    expect(await (await send({ 'x-key': 'reward-reward' })).json()).toMatchObject({ status: 'accepted' });
    expect(await incident('The drawer is stuck')).toMatchObject({ status: 'open' });
  });

  it('signs what `firebreak alert send` sends', async () => {
    await program.command('alert', 'send', 'generic', '--integration', 'keyed', '--to', program.url);
    expect(await incident('Disk of db-1 is 95 % full')).toMatchObject({ status: 'open' });
  });
});

describe('one more action, and one more secret provider', () => {
  type RunRow = {
    readonly incidentId: string;
    readonly finishedAt: string | null;
    readonly nodes: { readonly [step: string]: JsonObject };
  };
  type Started = { readonly type: string; readonly data: { readonly plan?: JsonObject } };

  it('run in a playbook that a real delivery starts, with settings and a secret of their own', async () => {
    const answer = await fetch(`${program.url}/hooks/lighthouse`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a-token-of-the-lighthouse' },
      body: '{"lamp":"fog","state":"down"}',
    });
    expect(answer.status).toBe(202);
    const run = await program.until('the end of the run', async () => {
      const { items } = await program.get<{ items: readonly RunRow[] }>('/runs?playbook=sound-siren');
      return items.find(({ finishedAt }) => finishedAt !== null);
    });
    const lamp = 'Lamp fog of the east coast is down';
    expect(run.nodes.sound).toMatchObject({ status: 'succeeded', output: { heard: `high for ${lamp}` } });
    const { items } = await program.get<{ items: readonly Started[] }>(`/incidents/${run.incidentId}/timeline`);
    const plans = items.flatMap(({ type, data }) => (type === 'step.started' ? [data.plan] : []));
    expect(plans).toMatchObject([{ uses: 'siren.sound', summary: `Sound for ${lamp}` }]);
  });

  it('are known to the command line', () => program.command('validate'));
});

describe('one more slash command', () => {
  const say = (user: string, text: string) =>
    slackPeople(sandbox).say(user, sandbox.channel('general')?.id ?? '', text);

  it('answers a real signed command of somebody who has its right, and refuses others', async () => {
    expect(await say('U0ANA', 'tide harbour')).toBe('High water at harbour, says U0ANA');
    expect(await say('U0BEN', 'tide harbour')).toMatch(/^Not done: ben lacks the right 'operate'/);
  });

  it('stands in the help of those who may use it', async () => {
    expect(await say('U0ANA', 'help')).toContain('`/coast tide PLACE` – how high the water stands');
    expect(await say('U0BEN', 'help')).not.toContain('tide');
  });
});

describe('one more interceptor', () => {
  it('stands around a real request, and around no other command', async () => {
    const declared = await fetch(`${program.url}/api/v1/incidents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'The harbour is flooded', severity: 2 }),
    });
    expect([declared.status, await declared.json()]).toMatchObject([409, { detail: 'the water is high' }]);
  });
});
