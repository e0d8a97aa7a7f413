// The sections `digest:` and `deadman:` of firebreak.yaml: what they mean where little is said, and what is refused.
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';

const read = (text: string, env: { readonly [name: string]: string } = {}) =>
  readConfigFile(text, 'firebreak.yaml', env);
const settingsOf = (text: string, env?: { readonly [name: string]: string }) => {
  const file = read(text, env);
  if (!file.ok) throw new Error(file.error.join('\n'));
  return file.value;
};
const faults = (text: string) => {
  const file = read(text);
  return file.ok ? [] : file.error;
};

describe('digest', () => {
  it('A channel alone means a daily digest at nine, and no section means none', () => {
    expect(settingsOf('digest: { channel: "#automation" }').digest).toEqual({
      channel: '#automation',
      timezone: 'UTC',
      hour: 9,
      which: ['daily'],
    });
    expect(settingsOf('env: []').digest.channel).toBeNull();
  });

  it('A zone that is nowhere, an hour that no day has and a digest that there is not are faults with their place', () => {
    const said = faults('digest: { channel: automation, timezone: Europe/Berlinn, hour: 24, which: [hourly] }').join(
      '\n',
    );
    for (const part of ['digest.channel', 'digest.timezone', 'digest.hour', 'digest.which'])
      expect(said).toContain(part);
    expect(said).toContain('must be daily, weekly, monthly');
    expect(faults('digest: { channel: "#a", which: [] }').join()).toContain('must name one digest at least');
  });
});

describe('deadman', () => {
  it('An address may be a secret, which is fetched and known as one', () => {
    const { deadman, knownSecrets } = settingsOf('deadman: [{ url: { env: PING }, every: 30s, role: worker }]', {
      PING: 'https://ping.example/8a1f-a-long-secret',
    });
    expect([...deadman]).toEqual([
      {
        name: 'deadman.0',
        url: 'https://ping.example/8a1f-a-long-secret',
        everyMs: 30_000,
        method: 'GET',
        role: 'worker',
      },
    ]);
    expect(knownSecrets.map(({ name }) => name)).toContain('deadman.0.url');
    expect(JSON.stringify(deadman)).not.toContain('8a1f');
  });

  it('What is no address, comes every second or is of no role is a fault', () => {
    const said = faults('deadman: [{ url: "ftp://x", every: 1s, role: cook }]').join('\n');
    expect(said).toContain('deadman.0.url');
    expect(said).toContain('must be 10s at least');
    expect(said).toContain('must be web or worker');
  });
});
