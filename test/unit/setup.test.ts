// Setting Firebreak up: the manifest of the Slack app, what `init` writes, and what `doctor` says of an app that nobody would hear.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkHeard } from '../../src/cli/doctor/slack.ts';
import { Answers, answersFrom } from '../../src/cli/setup/answers.ts';
import { configurationText, environmentText } from '../../src/cli/setup/written.ts';
import { readConfig } from '../../src/config/environment.ts';
import { partSettings } from '../../src/config/parts.ts';
import { manifestText, neededScopes } from '../../src/slack/manifest.ts';
import { SlackSettings } from '../../src/slack/settings.ts';

const shipped = { type: 'http', publicUrl: 'https://HOST' } as const;
const usual = { command: '/firebreak' };

const folder = mkdtempSync(join(tmpdir(), 'firebreak-setup-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the manifest of the Slack app', () => {
  it('is shipped as it is printed for HTTP', () => {
    expect(readFileSync('deploy/slack-manifest.yaml', 'utf8')).toBe(manifestText({ transport: shipped, ...usual }));
  });

  it('needs no address for Socket Mode, and no edit', () => {
    const text = manifestText({ transport: { type: 'socket' }, ...usual });
    expect(parse(text)).toMatchObject({ settings: { socket_mode_enabled: true } });
    expect(text).not.toMatch(/url|HOST/);
  });

  it('says the reason for each scope beside it, those of private channels too, which private incidents have', () => {
    const text = manifestText({ transport: shipped, command: '/fb' });
    for (const { name, reason } of neededScopes) expect(text).toContain(`${name} # ${reason}`);
    expect(text).toContain('groups:write');
    expect(text).toContain('command: /fb');
  });

  it('has its scopes and their reasons in docs/slack.md', () => {
    const page = readFileSync('docs/slack.md', 'utf8');
    for (const { name, reason } of neededScopes) expect(page).toContain(`| \`${name}\` | ${reason} |`);
  });
});

describe('what `firebreak init` writes', () => {
  const cases: readonly Partial<Answers>[] = [
    { slack: 'none' },
    { slack: 'socket' },
    { slack: 'socket', approvers: 'S012ABCDEF', announce: '#incidents', command: '/fb' },
    { slack: 'http', publicUrl: 'https://firebreak.example.com', approvers: 'U012ABCDEF' },
  ];

  it.each(cases)('can be started with as it is: %o', (given) => {
    const answers = answersFrom(given);
    const path = join(folder, 'firebreak.yaml');
    writeFileSync(path, configurationText(answers));
    const env = environmentText(answers, 'a-token-that-is-long-enough');
    const set = Object.fromEntries(
      env
        .split('\n')
        .filter((line) => /^[A-Z_]+=./.test(line))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const secret = answers.slack === 'http' ? { SLACK_SIGNING_SECRET: 'a-signing-secret' } : {};
    const config = readConfig(
      { ...set, ...secret, FIREBREAK_API_TOKEN: 'a-token-long-enough', FIREBREAK_CONFIG: path },
      false,
    );
    if (!config.ok) throw new Error(config.error.join('\n'));
    expect(config.value.file.integrations.map(({ name }) => name)).toEqual(['alertmanager']);
    expect(config.value.slack === null).toBe(answers.slack === 'none');
    const parts = partSettings(config.value);
    if (!parts.ok) throw new Error(parts.error.join('\n'));
    expect(parts.value.slack.invite).toEqual(answers.approvers === null ? [] : ['@sre']);
    expect(Object.keys(config.value.file.roles)).toEqual(answers.approvers === null ? [] : ['sre']);
  });

  it.each([
    [{ slack: 'http' }, '--public-url is missing: over HTTP Slack must reach Firebreak.'],
    [{ slack: 'socket', approvers: 'ana' }, '--approvers must be the id of a user group or user'],
    [{ slack: 'socket', publicUrl: 'ftp://x' }, '--public-url must be an address'],
    [{ slack: 'socket', command: 'firebreak' }, '--command must be a slash command'],
    [{ slack: 'socket', announce: 'C!' }, '--announce must be a channel'],
  ] as const)('refuses %o with the option and what would be right', (given, message) => {
    expect(() => answersFrom(given)).toThrow(message);
  });

  it('keeps no answer that its own schema would refuse', () => {
    expect(Answers.parse(answersFrom({ slack: 'none' }))).toMatchObject({ slack: 'none', samples: false });
  });
});

describe('doctor, of an app that nobody would hear', () => {
  const settings = (given: object) => SlackSettings.parse(given);

  it('names what is missing, each with what to do', () => {
    const found = checkHeard({ publicUrl: 'http://127.0.0.1:3000', file: { roles: {} } }, settings({}));
    expect(found.map(({ found: text }) => text)).toEqual([
      expect.stringContaining('nobody is invited'),
      expect.stringContaining('no fallback channel'),
      expect.stringContaining('which only this machine reaches'),
    ]);
    expect(found.every(({ advice, status }) => status === 'warn' && advice !== null)).toBe(true);
  });

  it('is content once they are there', () => {
    const given = settings({ invite: ['@sre'], fallbackChannel: 'C012ABCDEF' });
    expect(checkHeard({ publicUrl: 'https://fb.example.com', file: { roles: {} } }, given)).toEqual([]);
  });
});
