// What grants reach: several rights at once, patterns, labels; where the configuration is wrong; how an answer is explained.
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { Access } from '../../src/core/authority/access.ts';
import { authorise } from '../../src/core/authority/authorise.ts';
import { explainAccess, scopeInWords } from '../../src/core/authority/explain-access.ts';
import { namedPrincipal } from '../../src/core/authority/named-principal.ts';
import type { Principal } from '../../src/core/authority/principal.ts';
import type { Right } from '../../src/core/authority/right.ts';
import { matches, type Resource } from '../../src/core/authority/scope.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { resourceOfRun } from '../../src/core/run/resource-of-run.ts';
import { playbook } from '../support/given/given.ts';

const ana: Principal = {
  type: 'person',
  id: 'U0ANA',
  name: 'ana',
  person: 'ana',
  via: 'slack',
  proof: 'slack_signature',
};
const payments = Access.parse({
  start: ['@sre'],
  grants: [
    {
      to: ['@payments'],
      rights: ['start', 'order'],
      playbooks: ['payments-*'],
      services: ['checkout'],
      environments: ['staging'],
    },
    { to: ['@owners'], rights: ['operate'], labels: { team: ['payments', 'cart'], tier: '1' } },
  ],
});
const may = (right: Right, belongsTo: readonly string[], resource: Resource) =>
  authorise({ principal: ana, right, resource, access: payments, belongsTo }).ok;

describe('a grant of several rights', () => {
  const within = { playbook: 'payments-restart', service: 'checkout', environment: 'staging' };

  it('gives each of them within its bounds, and nothing outside of any one bound', () => {
    expect(may('start', ['@payments'], within)).toBe(true);
    expect(may('order', ['@payments'], within)).toBe(true);
    expect(may('operate', ['@payments'], within)).toBe(false);
    expect(may('start', ['@payments'], { ...within, playbook: 'restart-payments-x' })).toBe(false);
    expect(may('start', ['@payments'], { ...within, service: 'cart' })).toBe(false);
    expect(may('start', ['@payments'], { ...within, environment: 'production' })).toBe(false);
    expect(may('start', ['@payments'], { ...within, environment: undefined })).toBe(false);
    expect(may('start', ['@payments'], {})).toBe(false);
  });

  it('stands beside the short form, which keeps its meaning', () => {
    expect(may('start', ['@sre'], {})).toBe(true);
    expect(may('order', ['@sre'], within)).toBe(false);
  });

  it('may be bound to labels of playbooks, all of which must be there', () => {
    const labels = { team: 'cart', tier: '1' };
    expect(may('operate', ['@owners'], { playbook: 'x', labels })).toBe(true);
    expect(may('operate', ['@owners'], { playbook: 'x', labels: { team: 'cart' } })).toBe(false);
    expect(may('operate', ['@owners'], { playbook: 'x', labels: { ...labels, tier: '2' } })).toBe(false);
    expect(may('operate', ['@owners'], { playbook: 'x' })).toBe(false);
    const odd = Access.parse({ grants: [{ to: ['@sre'], rights: ['start'], labels: { constructor: '*' } }] });
    const question = { principal: ana, right: 'start' as const, resource: { labels: {} }, belongsTo: ['@sre'] };
    expect(authorise({ ...question, access: odd }).ok).toBe(false);
  });

  it.each([
    ['payments-*', 'payments-restart', true],
    ['payments-*', 'payments-', true],
    ['payments-*', 'payments', false],
    ['*-restart', 'payments-restart', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*bc*c', 'abc', false],
    ['*', '', true],
    ['.*', 'x', false],
    ['pay', 'PAY', false],
  ])('takes the pattern %s for %s: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it('takes a pattern of many stars in no more time than its length', () => {
    expect(matches(`${'a*'.repeat(50)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('a wrong grant', () => {
  const faultsOf = (text: string) => {
    const read = readConfigFile(text, 'firebreak.yaml', {});
    return read.ok ? [] : read.error;
  };
  it.each([
    ['to: ["@sre"], rights: [strat]', /^firebreak.yaml:3:32 {2}access.grants.0.rights.0: must be one of view, /],
    ['to: [], rights: [start]', /^firebreak.yaml:3:9 {2}access.grants.0.to: must name somebody$/],
    ['to: ["@Sre"], rights: [start]', /^firebreak.yaml:3:14 {2}access.grants.0.to.0: must be everyone, a role such as/],
    ['to: ["@sre"], rights: []', /^firebreak.yaml:3:23 {2}access.grants.0.rights: must name a right$/],
    [
      'to: ["@sre"], rights: [start], playbook: [x]',
      /^firebreak.yaml:3:\d+ {2}access.grants.0.playbook: is no setting here; did you mean `playbooks`\?; there are to, rights, playbooks, /,
    ],
    ['to: ["@sre"], rights: [start], services: x', /access.grants.0.services: must be a list such as/],
    ['to: ["@sre"], rights: [start], labels: {}', /access.grants.0.labels: must name a label at least/],
  ])('`%s` is a fault with its line and column', (entry, expected) => {
    expect(faultsOf(`access:\n  grants:\n    - { ${entry} }\n`)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('an explanation', () => {
  const explain = (belongsTo: readonly string[], resource: Resource) =>
    explainAccess({ principal: ana, right: 'start', resource, access: payments, belongsTo });

  it('names the grant that gives it, and what each other lacks', () => {
    const resource = { playbook: 'payments-restart', service: 'cart' };
    expect(explain(['@sre'], resource)).toEqual({
      allowed: true,
      by: [{ at: 'access.start[0]', to: ['@sre'], missing: [] }],
      tried: [
        {
          at: 'access.grants[0]',
          to: ['@payments'],
          missing: [
            'ana is none of @payments',
            'service must be checkout, and is cart',
            'environment must be staging, and is not known',
          ],
        },
      ],
    });
    expect(explain(['@payments'], resource)).toMatchObject({ allowed: false, by: [] });
  });

  it('says what the user of the machine and a token hold by themselves', () => {
    const given = { right: 'bypass' as const, resource: {}, access: payments, belongsTo: [] };
    const local: Principal = { type: 'local', name: 'root', person: null, via: 'cli' };
    const token: Principal = { type: 'token', name: 'ci', rights: ['bypass'], owner: null, via: 'api' };
    const lacks = { at: 'access.local', to: ['local:root'], missing: ['it does not list bypass'] };
    expect(explainAccess({ ...given, principal: local })).toEqual({ allowed: false, by: [], tried: [lacks] });
    expect(explainAccess({ ...given, principal: token })).toMatchObject({ allowed: true, tried: [] });
  });

  it('has the bounds of a grant in words', () => {
    expect(payments.grants.start.map(scopeInWords)).toEqual([
      'everywhere',
      'playbook payments-*, service checkout, environment staging',
    ]);
    expect(payments.grants.operate.map(scopeInWords)).toEqual(['label team payments or cart, label tier 1']);
  });
});

describe('somebody who is asked about', () => {
  const people = { ana: { slack: 'U0ANA' }, lea: { local: 'lea' }, kim: { subject: 'k7' }, eve: { email: 'e@x.org' } };
  const tokens = [{ name: 'ci', rights: ['view' as const], owner: 'ana' }];
  it.each([
    ['ana', 'person', 'ana'],
    ['U0ANA', 'person', 'ana'],
    ['U0NEW', 'person', null],
    ['lea', 'local', 'lea'],
    ['local:lea', 'local', 'lea'],
    ['kim', 'person', 'kim'],
    ['oidc:k7', 'person', 'kim'],
    ['eve', 'person', 'eve'],
  ])('is found as %s', (name, type, person) => {
    expect(namedPrincipal(name, { people, tokens })).toMatchObject({ type, person });
  });
  it('may be a token that counts, and is nobody where the name is unknown', () => {
    expect(namedPrincipal('token:ci', { people, tokens })).toMatchObject({ type: 'token', rights: ['view'] });
    for (const name of ['token:old', 'nobody', 'constructor', 'local:'])
      expect(namedPrincipal(name, { people, tokens })).toBeNull();
  });
});

it('what rights can be bound to in a run are its playbook with the labels in force, and texts of its inputs', () => {
  const run = { playbook: { name: 'ship' }, inputs: { service: 'cart', environment: 3 } };
  const labels = { team: 'cart' };
  const bound = { playbook: 'ship', service: 'cart', environment: undefined };
  expect(resourceOfRun(run, { labels })).toEqual({ ...bound, labels });
  expect(resourceOfRun(run, undefined)).toEqual({ ...bound, labels: undefined });
});

it('labels of a playbook are part of its digest, and one without any keeps the digest it had', () => {
  const plain = playbook('  - { id: a, uses: assert, with: { that: true } }');
  expect(playbookRef({ ...plain, labels: { team: 'cart' } }).digest).not.toBe(playbookRef(plain).digest);
  expect(Object.keys(plain)).not.toContain('labels');
});
