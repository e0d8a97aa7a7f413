// Settings: what is right is read, what is wrong is said once per fault, and no secret shows.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../src/config/environment.ts';
import { partSettings } from '../../src/config/parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'firebreak-config-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string, text: string) => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};
const none = file('none.yaml', '{}');
const right = (env: { [name: string]: string }): Config => {
  const config = readConfig({ FIREBREAK_CONFIG: none, ...env }, false);
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
};
const faultsOf = (env: { [name: string]: string }): readonly string[] => {
  const config = readConfig({ FIREBREAK_CONFIG: none, ...env }, false);
  return config.ok ? [] : config.error;
};
const faultsIn = (yaml: string, env: { [name: string]: string } = {}) =>
  faultsOf({ FIREBREAK_CONFIG: file('case.yaml', yaml), ...env }).map((fault) => fault.replace(`${dir}/`, ''));

describe('the environment', () => {
  it('has a default for everything', () => {
    expect(right({})).toMatchObject({
      databaseUrl: null,
      redisUrl: null,
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      apiToken: null,
      slack: null,
      logLevel: 'info',
      logFormat: 'json',
    });
    expect(readConfig({ FIREBREAK_CONFIG: none }, true)).toMatchObject({ value: { logFormat: 'pretty' } });
  });

  it('takes an empty value for none', () => expect(right({ REDIS_URL: '', PORT: '' }).port).toBe(3000));

  it('starts in a namespace whose service is called firebreak, or something with firebreak', () => {
    const links: { [name: string]: string } = {};
    for (const name of ['FIREBREAK', 'FIREBREAK_WEB', 'FIREBREAK_1']) {
      links[`${name}_SERVICE_HOST`] = '10.0.48.109';
      links[`${name}_SERVICE_PORT`] = '3000';
      links[`${name}_SERVICE_PORT_HTTP_METRICS`] = '3000';
      links[`${name}_PORT`] = 'tcp://10.0.48.109:3000';
      links[`${name}_PORT_3000_TCP`] = 'tcp://10.0.48.109:3000';
      for (const part of ['PROTO', 'PORT', 'ADDR']) links[`${name}_PORT_3000_TCP_${part}`] = 'x';
      links[`${name}_NAME`] = '/web/firebreak';
      links[`${name}_ENV_PG_VERSION`] = '17';
    }
    expect(right({ ...links, LISTEN_FDS: '1', NOTIFY_SOCKET: '/run/systemd/notify', PORT: '4000' }).port).toBe(4000);
    expect(faultsOf({ FIREBREAK_PORT: '4000' })).toEqual([expect.stringMatching(/^FIREBREAK_PORT: is no setting/)]);
    expect(faultsOf({ FIREBREAK_NAME: 'x' })).toEqual([expect.stringMatching(/^FIREBREAK_NAME: is no setting/)]);
  });

  it('takes a value without the quotes, line ends and marks that stand around it', () => {
    const token = 'a-token-of-sixteen';
    for (const text of [`"${token}"`, `'${token}'`, ` ${token}\r\n`, `\ufeff${token}\r\n`, `${token}\n\n`]) {
      expect(right({ FIREBREAK_API_TOKEN: text }).apiToken).toBe(token);
      expect(right({ FIREBREAK_API_TOKEN_FILE: file('token', text) }).apiToken).toBe(token);
    }
    expect(
      right({ SLACK_BOT_TOKEN: ' ', REDIS_URL: '""', PORT: ' 3001 ', LOG_LEVEL: 'WARN', HOST: '[::1]' }),
    ).toMatchObject({
      slack: null,
      redisUrl: null,
      port: 3001,
      logLevel: 'warn',
      host: '::1',
      publicUrl: 'http://[::1]:3001',
    });
    expect(faultsOf({ FIREBREAK_API_TOKEN_FILE: file('none', '""\n') })).toEqual([expect.stringMatching(/is empty/)]);
  });

  it('reads any setting from a file', () => {
    const path = file('token', 'a-token-of-sixteen\n');
    expect(right({ FIREBREAK_API_TOKEN_FILE: path }).apiToken).toBe('a-token-of-sixteen');
  });

  const wrong: readonly [string, { [name: string]: string }, string | RegExp][] = [
    ['a port that is no number', { PORT: 'http' }, 'PORT: must be a port number from 0 to 65535'],
    ['a port too high', { PORT: '70000' }, 'PORT: must be a port number from 0 to 65535'],
    ['a fraction of a port', { PORT: '3000.5' }, 'PORT: must be a port number from 0 to 65535'],
    ['another database', { DATABASE_URL: 'mysql://h/d' }, /^DATABASE_URL: must be a URL such as postgres:/],
    ['a password that is badly encoded', { DATABASE_URL: 'postgres://u:%zz@h/d' }, /^DATABASE_URL: has a %/],
    ['a Redis without a URL', { REDIS_URL: 'localhost:6379' }, /^REDIS_URL: must be a URL such as redis:/],
    ['a short token', { FIREBREAK_API_TOKEN: 'short' }, 'FIREBREAK_API_TOKEN: must have at least 16 characters'],
    ['another level', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL: must be one of trace, debug, info/],
    ['a typo', { FIREBREAK_DATADIR: 'x' }, /^FIREBREAK_DATADIR: is no setting of Firebreak.*FIREBREAK_DATA_DIR/],
    [
      'a file that is not there',
      { PORT_FILE: '/nowhere/port' },
      /^PORT_FILE: cannot read \/nowhere\/port: there is no/,
    ],
    ['a folder for a file', { PORT_FILE: dir }, /^PORT_FILE: cannot read .*: it is a folder$/],
    ['an empty file', { PORT_FILE: file('empty', ' \n') }, /^PORT_FILE: .* is empty; it must hold the value$/],
    ['a value and a file', { PORT: '1', PORT_FILE: none }, 'PORT: is set, and so is PORT_FILE; keep one of the two'],
    ['a configuration that is not there', { FIREBREAK_CONFIG: '/nowhere.yaml' }, /^FIREBREAK_CONFIG: cannot read/],
    ['a folder for the configuration', { FIREBREAK_CONFIG: dir }, /^FIREBREAK_CONFIG: .*: it is a folder$/],
    ['a user token', { SLACK_BOT_TOKEN: 'xoxp-1', SLACK_APP_TOKEN: 'xapp-1' }, /^SLACK_BOT_TOKEN: must be a bot token/],
    [
      'a bot without a way in',
      { SLACK_BOT_TOKEN: 'xoxb-12345' },
      /^SLACK_SIGNING_SECRET: is needed with SLACK_BOT_TOKEN/,
    ],
    [
      'a password in a URL that is too short',
      { REDIS_URL: 'redis://:abc1234@h' },
      /^REDIS_URL: its password has fewer than 8/,
    ],
    ['a way in without a bot', { SLACK_APP_TOKEN: 'xapp-12345' }, /^SLACK_BOT_TOKEN: is missing/],
  ];
  for (const [name, env, expected] of wrong) {
    it(`refuses ${name} in one line`, () => {
      const faults = faultsOf(env);
      expect(faults).toHaveLength(1);
      expect(faults[0]).not.toContain('\n');
      if (typeof expected === 'string') expect(faults[0]).toBe(expected);
      else expect(faults[0]).toMatch(expected);
    });
  }

  it('says everything that is wrong at once', () =>
    expect(faultsOf({ PORT: 'x', LOG_FORMAT: 'xml', FIREBREAK_CONFIG: '/nowhere.yaml' })).toHaveLength(3));
});

describe('firebreak.yaml', () => {
  it('fetches secrets from where it names them', () => {
    const yaml = `
integrations:
  prod: { source: alertmanager, auth: { type: bearer, token: { env: TOKEN } } }
  ci: { source: generic, auth: { type: hmac, secret: { file: ${file('hmac', 'from-a-file\n')} }, allowUnstamped: true }, mapping: { title: item.t } }
roles: { sre: { users: [U0ANA], groups: [S0SRE] } }
secrets: { api_key: { env: KEY } }
env: [REGION]
`;
    const config = right({
      FIREBREAK_CONFIG: file('ok.yaml', yaml),
      TOKEN: 'the-token',
      KEY: 'the-api-key',
      REGION: 'eu',
      OTHER: 'no',
    });
    const settings = config.file.integrations.map(({ name, auth }) => [name, auth?.scheme.id, auth?.settings]);
    expect(settings).toMatchObject([
      ['prod', 'bearer', { token: 'the-token' }],
      ['ci', 'hmac', { secret: 'from-a-file', header: 'X-Signature', timestampHeader: null, tolerance: 300_000 }],
    ]);
    expect(config.file.integrations[1]?.settings).toMatchObject({ mapping: { title: 'item.t' } });
    expect(config.file.secrets.get('api_key')).toBe('the-api-key');
    expect(config.playbookEnv).toEqual({ REGION: 'eu' });
    expect(config.known.list()).toEqual([
      { name: 'integrations.prod.auth.token', value: 'the-token' },
      { name: 'integrations.ci.auth.secret', value: 'from-a-file' },
      { name: 'api_key', value: 'the-api-key' },
    ]);
  });

  const wrong: readonly [string, string, RegExp][] = [
    ['a key it does not know', 'roles: {}\nrolse: {}\n', /^case.yaml:2:1 {2}rolse: /],
    ['a secret in the file', 'secrets:\n  key: hunter2\n', /^case.yaml:2:3 {2}secrets.key: must be \{ env: NAME \}/],
    [
      'a secret that is too short',
      `secrets:\n  key: { file: ${file('short', 'abc1234')} }\n`,
      /^case.yaml:2:3 {2}secrets.key: has fewer than 8 characters, .*; use a longer one$/,
    ],
    [
      'a variable that is not set',
      'secrets:\n  key: { env: NOPE }\n',
      /secrets.key: the environment variable NOPE is not/,
    ],
    [
      'a secret file that is not there',
      'secrets:\n  key: { file: /nope }\n',
      /secrets.key: cannot read \/nope: there is/,
    ],
    [
      'a secret of a provider that is not there',
      'secrets:\n  key: { envv: NOPE }\n',
      /^case.yaml:2:3 {2}secrets.key: there is no secret provider envv; did you mean `env`\?; there are env, file$/,
    ],
    [
      'a secret in two places',
      'secrets:\n  key: { env: A, file: /a }\n',
      /^case.yaml:2:3 {2}secrets.key: must be \{ env: NAME \}/,
    ],
    [
      'a reference that is no text',
      'secrets:\n  key: { env: 7 }\n',
      /^case.yaml:2:3 {2}secrets.key: must be \{ env: NAME \}/,
    ],
    [
      'an unknown proof',
      'integrations:\n  a: { source: generic, auth: { type: magic } }\n',
      /^case.yaml:2:33 {2}integrations.a.auth.type: there is no auth scheme magic; there are basic, bearer, header, hmac, none, query$/,
    ],
    [
      'a proof that is spelled wrong',
      'integrations:\n  a: { source: generic, auth: { type: baerer } }\n',
      /auth.type: there is no auth scheme baerer; did you mean `bearer`\?/,
    ],
    [
      'a sender that proves nothing',
      'integrations:\n  a: { source: generic }\n',
      /^case.yaml:2:3 {2}integrations.a.auth: must be \{ type: ... \}: how the sender proves itself; there are basic,/,
    ],
    [
      'a proof that is only a word',
      'integrations:\n  a: { source: generic, auth: bearer }\n',
      /^case.yaml:2:25 {2}integrations.a.auth: must be \{ type: ... \}/,
    ],
    [
      'a proof without a type',
      'integrations:\n  a: { source: generic, auth: { token: { env: T } } }\n',
      /integrations.a.auth.type: must name the auth scheme; there are basic, bearer/,
    ],
    [
      'a proof without its secret',
      'integrations:\n  a: { source: generic, auth: { type: bearer } }\n',
      /integrations.a.auth.token: must be \{ env: NAME \}/,
    ],
    [
      'a proof whose secret stands in the file',
      'integrations:\n  a: { source: generic, auth: { type: bearer, token: hunter2 } }\n',
      /^case.yaml:2:47 {2}integrations.a.auth.token: must be \{ env: NAME \}/,
    ],
    [
      'a proof whose secret is not set',
      'integrations:\n  a: { source: generic, auth: { type: bearer, token: { env: NOPE } } }\n',
      /^case.yaml:2:47 {2}integrations.a.auth.token: the environment variable NOPE is not set$/,
    ],
    [
      'a secret provider that is not there',
      'integrations:\n  a: { source: generic, auth: { type: bearer, token: { envv: NOPE } } }\n',
      /integrations.a.auth.token: there is no secret provider envv; did you mean `env`\?; there are env, file$/,
    ],
    [
      'a setting of another proof',
      'integrations:\n  a: { source: generic, auth: { type: none, token: { env: T } } }\n',
      /^case.yaml:2:45 {2}integrations.a.auth.token: is no setting of the auth scheme none; there are type$/,
    ],
    [
      'a time that is not signed',
      'integrations:\n  a: { source: generic, auth: { type: hmac, secret: { env: PATH }, timestampHeader: X-T, signed: "{body}" } }\n',
      /integrations.a.auth.signed: must have \{timestamp\}/,
    ],
    [
      'a signature of what nobody sends',
      'integrations:\n  a: { source: generic, auth: { type: hmac, secret: { env: PATH }, allowUnstamped: true, signed: "{url}{body}" } }\n',
      /integrations.a.auth.signed: has \{url\}, but only \{timestamp\} and \{body\}/,
    ],
    [
      'a source that is not there',
      'integrations:\n  a: { source: genric, auth: { type: none } }\n',
      /^case.yaml:2:8 {2}integrations.a.source: there is no source genric; did you mean `generic`\?; there are alertmanager/,
    ],
    [
      'an integration of no source',
      'integrations:\n  a: { auth: { type: none } }\n',
      /^case.yaml:2:3 {2}integrations.a.source: must name the source; there are alertmanager, .*, zabbix$/,
    ],
    [
      'a setting that the source does not have',
      'integrations:\n  a: { source: generic, auth: { type: none }, maping: {} }\n',
      /^case.yaml:2:47 {2}integrations.a.maping: is no setting of the source generic; did you mean `mapping`\?; there are/,
    ],
    [
      'a setting of another source',
      'integrations:\n  a: { source: alertmanager, auth: { type: none }, mapping: {} }\n',
      /integrations.a.mapping: is no setting of the source alertmanager; there are source, auth, limit, environment$/,
    ],
    [
      'a field that no alert has',
      'integrations:\n  a: { source: generic, auth: { type: none }, mapping: { titl: item.t } }\n',
      /^case.yaml:2:58 {2}integrations.a.mapping.titl: is no field of an alert; did you mean `title`\?/,
    ],
    [
      'an expression that is none',
      'integrations:\n  a: { source: generic, auth: { type: none }, mapping: { title: "item." } }\n',
      /^case.yaml:2:58 {2}integrations.a.mapping.title: /,
    ],
    [
      'a section of a part that is not there',
      'pagers: {}\n',
      /^case.yaml:1:1 {2}pagers: is no setting of this file; there are integrations, roles/,
    ],
    ['a name with capitals', 'roles:\n  SRE: {}\n', /^case.yaml:2:3 {2}roles.SRE: /],
    ['a user by name', 'roles:\n  sre: { users: ["@ana"] }\n', /roles.sre.users.0: must be a Slack user id such as U0/],
    ['a duplicate key', 'roles: {}\nroles: {}\n', /^case.yaml:2:1 /],
    ['what is no YAML', 'a: [', /^case.yaml:\d+:\d+ /],
    ['a list', '- a\n', /^case.yaml:1:1 {2}the file: /],
  ];
  for (const [name, yaml, expected] of wrong) {
    it(`refuses ${name} with the place`, () => {
      const faults = faultsIn(yaml);
      expect(faults[0]).toMatch(expected);
      expect(faults.join()).not.toContain('hunter2');
    });
  }
});

describe('the sections of parts', () => {
  const partFaults = (yaml: string) => {
    const parts = partSettings(right({ FIREBREAK_CONFIG: file('parts.yaml', yaml) }));
    return parts.ok ? [] : parts.error.map((fault) => fault.replace(`${dir}/`, ''));
  };

  it('may be left out', () => expect(partFaults('{}')).toEqual([]));

  const wrong: readonly [string, string, RegExp][] = [
    [
      'a section of no action',
      'actions:\n  htp: {}\n',
      /^parts.yaml:2:3 {2}actions.htp: is no setting of actions; did you mean `http`\?; there are http, shell$/,
    ],
    [
      'a setting of no action',
      'actions:\n  http: { alow: [] }\n',
      /^parts.yaml:2:11 {2}actions.http.alow: is no setting here/,
    ],
    [
      'a command that is no list',
      'actions:\n  shell:\n    allow: [ls]\n',
      /^parts.yaml:3:13 {2}actions.shell.allow.0: /,
    ],
    [
      'a setting that Slack does not have',
      'slack:\n  chanel: x\n',
      /^parts.yaml:2:3 {2}slack.chanel: is no setting of slack/,
    ],
  ];
  for (const [name, yaml, expected] of wrong) {
    it(`refuse ${name} with the place`, () => {
      const faults = partFaults(yaml);
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(expected);
    });
  }
});

describe('secrets', () => {
  it('show nowhere', () => {
    const config = right({
      FIREBREAK_CONFIG: file(
        'secret.yaml',
        'secrets: { k: { env: KEY } }\nintegrations: { a: { source: generic, auth: { type: bearer, token: { env: KEY } } } }\n',
      ),
      KEY: 'hidden-value',
      FIREBREAK_API_TOKEN: 'hidden-value-of-the-api',
      SLACK_BOT_TOKEN: 'xoxb-hidden-value',
      SLACK_SIGNING_SECRET: 'hidden-value-of-slack',
      DATABASE_URL: 'postgres://u:hidden-value@h/d',
    });
    const parts = [
      config,
      config.slack,
      config.file,
      config.file.integrations,
      config.file.secrets,
      config.known,
      config.file.knownSecrets,
    ];
    for (const part of parts) {
      expect(JSON.stringify(part)).not.toContain('hidden-value');
      expect(inspect(part, { depth: 9, showHidden: true })).not.toContain('hidden-value');
    }
    expect(config.slack?.botToken).toBe('xoxb-hidden-value');
  });
});
