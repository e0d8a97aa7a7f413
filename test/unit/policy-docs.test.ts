// The examples of the documentation on policies and freezes are read by the program, and their own tests pass.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { environmentOfRun } from '../../src/core/policy/environment.ts';
import { playCase } from '../../src/core/policy/play-case.ts';
import { readPolicy } from '../../src/core/policy/read-policy.ts';

const example = (page: string) => /```yaml\n(.*?)```/s.exec(readFileSync(`docs/${page}`, 'utf8'))?.[1] ?? '';

it('the policy of the documentation is right, and so are its tests', () => {
  const { policy, tests, faults } = readPolicy(example('policies.md'));
  expect(faults).toEqual([]);
  if (!policy) throw new Error('no policy was read');
  expect(tests.map(({ test }) => [test.name, playCase(policy, test)])).toEqual(
    tests.map(({ test }) => [test.name, []]),
  );
  expect(tests).toHaveLength(3);
});

it('a test of a policy that expects something else says what was found, and a name that there is not is told', () => {
  const { policy, tests } = readPolicy(
    example('policies.md').replace('expect: { none: true }', 'expect: { deny: never }'),
  );
  const last = tests.at(-1)?.test;
  if (!policy || !last) throw new Error('no policy was read');
  expect(playCase(policy, last)).toEqual(['expected deny: never; found: nothing holds']);
  expect(playCase(policy, { ...last, given: { environmnt: 'x' } })[0]).toMatch(
    /there is no `environmnt` at step; did you mean/,
  );
});

it('the environments and freezes of the documentation are right', () => {
  const read = readConfigFile(example('freezes.md'), 'firebreak.yaml', { DEPLOY_KEY: 'a-deploy-key-1234' });
  expect(read).toMatchObject({ ok: true });
  if (read.ok)
    expect(read.value.rules).toMatchObject({
      freezes: [{ name: 'year-end' }, { name: 'weekends', approval: { from: ['@sre-lead'] } }],
    });
});

it('a freeze that names an interval, an environment or a secret that there is not is a fault with its place', () => {
  const text =
    'environments: { production: { secrets: [nope] } }\nfreezes:\n  - { name: a, reason: r, during: nights, environments: [prodction] }\n';
  const read = readConfigFile(text, 'firebreak.yaml', {});
  expect(read).toMatchObject({
    ok: false,
    error: [
      expect.stringMatching(/3:\d+ {2}freezes.0.during: there is no interval nights/),
      expect.stringMatching(/there is no environment prodction; did you mean `production`/),
      expect.stringMatching(/there is no secret nope/),
    ],
  });
});

it('an integration says itself which environment its alerts belong to, and contradicts no environment', () => {
  const integration = (more: string) =>
    `am: { source: alertmanager, auth: { type: bearer, token: { env: T } }${more} }`;
  const read = (place: string, environments: string) =>
    readConfigFile(`integrations: { ${integration(place)} }\nenvironments: ${environments}\n`, 'firebreak.yaml', {
      T: 'a-token-of-the-test',
    });
  const found = read(', environment: production', '{ staging: {}, production: { integrations: ["other"] } }');
  if (!found.ok) throw new Error(found.error.join('\n'));
  const where = { inputs: {}, playbook: { name: 'p' }, integration: 'am' };
  expect(environmentOfRun(found.value.rules, where)).toMatchObject({ value: { name: 'production' } });
  expect(environmentOfRun(found.value.rules, { ...where, integration: 'other' })).toMatchObject({
    value: { name: 'production' },
  });
  const faults = (place: string, environments: string) => {
    const wrong = read(place, environments);
    return wrong.ok ? [] : wrong.error;
  };
  expect(faults(', environment: prodction', '{ production: {} }')).toEqual([
    expect.stringMatching(
      /^firebreak\.yaml:1:\d+ {2}integrations\.am\.environment: there is no such environment.*did you mean `production`/,
    ),
  ]);
  expect(faults(', environment: 7', '{}')).toEqual([expect.stringMatching(/there is no such environment/)]);
  expect(faults(', environment: staging', '{ staging: {}, production: { integrations: ["a*"] } }')).toEqual([
    expect.stringMatching(/contradicts environments\.production\.integrations/),
  ]);
});
