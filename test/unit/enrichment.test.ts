// The stage enrich: maps and look-ups, what they add, what they leave alone, and what becomes of what cannot be looked up.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createAnswerCache } from '../../src/actions/enrichment/answer-cache.ts';
import { createEnrichment } from '../../src/actions/enrichment/enrichment.ts';
import { createLookUp } from '../../src/actions/enrichment/look-up.ts';
import { LookUpSetting } from '../../src/actions/enrichment/look-up-setting.ts';
import { readConfigFile } from '../../src/config/file.ts';
import { readMap } from '../../src/config/read-map.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function folder(files: { readonly [name: string]: string }): string {
  const path = mkdtempSync(join(tmpdir(), 'enrich-'));
  cleanUps.push(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const services =
  'name,owner,team,runbook\ncheckout,ana,payments,https://wiki.example.com/checkout\n"a, b",ben,"x ""y""",\n';
const byService = `
enrichment:
  - name: services
    where: { match: service=~".+" }
    map: { file: services.csv, key: labels.service }
    set: { service: name, owner: owner, team: 'row.team + "!"', runbook: runbook }
`;

function enrichmentOf(yaml: string, files: { readonly [name: string]: string }) {
  const read = readConfigFile(yaml, join(folder(files), 'firebreak.yaml'), { TOKEN: 'a-long-token' });
  if (!read.ok) throw new Error(read.error.join('\n'));
  const { enrichment, alerts } = read.value;
  return createEnrichment(enrichment, {
    intervals: alerts.intervals,
    allow: ['127.0.0.1'],
    runtime: { monotonicMs: () => 0 },
  });
}
const faultsOf = (yaml: string, files: { readonly [name: string]: string }) => {
  const read = readConfigFile(yaml, join(folder(files), 'firebreak.yaml'), {});
  return read.ok ? [] : read.error.map((line) => line.replace(/^.*\/(firebreak\.yaml)/, '$1'));
};

describe('a map', () => {
  const enrich = () => enrichmentOf(byService, { 'services.csv': services });
  const checkout = anAlert('a', { labels: { service: 'checkout', owner: 'who it says' }, service: null, links: [] });

  it('adds what its row holds, and a runbook as a link, and leaves what is there', async () => {
    const { alert, steps } = await enrich()(checkout, start);
    expect(alert).toMatchObject({
      service: 'checkout',
      labels: { service: 'checkout', owner: 'who it says', team: 'payments!' },
      links: [{ label: 'Runbook', url: 'https://wiki.example.com/checkout' }],
    });
    expect(steps).toMatchObject([{ rule: 'services', added: 3 }]);
    expect(steps[0]?.because).toContain('owner is "who it says" already');
  });

  it('replaces what is there only if it is told to', async () => {
    const yaml = byService.concat('    overwrite: true\n');
    const { alert } = await enrichmentOf(yaml, { 'services.csv': services })(checkout, start);
    expect(alert.labels.owner).toBe('ana');
  });

  it('takes quotes, commas and cells that are empty as a spreadsheet writes them', async () => {
    const { alert } = await enrich()(anAlert('a', { labels: { service: 'a, b' }, service: null, links: [] }), start);
    expect(alert).toMatchObject({ service: 'a, b', labels: { owner: 'ben', team: 'x "y"!' }, links: [] });
  });

  it('leaves an alert alone that it does not know, and one that has no key', async () => {
    const unknown = anAlert('a', { labels: { service: 'other' } });
    const { alert, steps } = await enrich()(unknown, start);
    expect(alert).toEqual(unknown);
    expect(steps[0]?.because).toEqual(['adds nothing: services.csv has no "other"']);
    expect((await enrich()(anAlert('b', { labels: {} }), start)).steps[0]?.because[0]).toMatch(/^does not take it/);
  });

  it('is read from YAML too, and a later rule sees what an earlier one added', async () => {
    const yaml = `
enrichment:
  - { name: owners, map: { file: s.yaml, key: labels.service }, set: { team: team } }
  - { name: tiers, map: { file: t.yml, key: 'alert.labels.team' }, set: { tier: tier } }
`;
    const files = { 's.yaml': 'checkout: { team: payments }\n', 't.yml': 'payments: { tier: 1 }\n' };
    const { alert } = await enrichmentOf(yaml, files)(checkout, start);
    expect(alert.labels).toMatchObject({ team: 'payments', tier: '1' });
  });

  it('is refused with file, line and column where it is wrong', () => {
    const twice = 'name,owner\n"x\ny",ana\nb,ben\nb,cem\nc\n';
    expect(faultsOf(byService.replace(/set: .*/, 'set: { owner: owner }'), { 'services.csv': twice })).toEqual([
      'services.csv:5:1  the key b is in line 4 already',
      'services.csv:6:1  the line has 1 cells, and the head has 2',
    ]);
    expect(faultsOf(byService, { 'services.csv': 'name,owner\na,b"c\n' })).toEqual([
      'services.csv:2:3  a cell with a quote in it must be in quotes, with that quote doubled',
    ]);
    expect(faultsOf(byService, {})[0]).toMatch(
      /^firebreak\.yaml:5:12 {2}enrichment\.0\.map\.file: cannot read .*no such/,
    );
    expect(readMap('a: 1\n', 'm.yaml')).toEqual({
      ok: false,
      error: [{ line: 1, col: 1, message: 'a must hold its columns, such as { owner: ana }' }],
    });
  });

  it('names a column that is nowhere, and those that are', () => {
    const wrong = byService.replace('owner: owner', 'owner: ownr').replace('row.team', 'row.taem');
    expect(faultsOf(wrong, { 'services.csv': services })).toEqual([
      'firebreak.yaml:6:27  enrichment.0.set.owner: there is no column ownr; the columns are name, owner, team, runbook, and an expression sees alert and row',
      'firebreak.yaml:6:40  enrichment.0.set.team: there is no column taem; the columns are name, owner, team, runbook',
    ]);
  });
});

/** A server that answers by the path; null: never. */
async function server(answer: (path: string) => { status: number; body?: string; location?: string } | null) {
  const asked: { path: string; authorization: string | undefined }[] = [];
  const http = createServer((request, reply) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    const found = answer(request.url ?? '');
    if (found === null) return;
    const { status, body = '', location } = found;
    reply.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) }).end(body);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    http.closeAllConnections();
    return new Promise((resolve) => http.close(resolve));
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

describe('a look-up', () => {
  let nowMs = 0;
  const parts = { allow: ['127.0.0.1'], runtime: { monotonicMs: () => nowMs } };
  const lookUpOf = (url: string, more: object = {}, allow = parts.allow) =>
    createLookUp('cmdb', { ...LookUpSetting.omit({ auth: true }).parse({ url, ...more }) }, { ...parts, allow });

  it('asks once for what it remembers, and adds members of the answer', async () => {
    const { url, asked } = await server(() => ({ status: 200, body: '{"owner":{"name":"ana"},"bad":"\\u0000x"}' }));
    const yaml = `
enrichment:
  - name: cmdb
    lookup: { url: "${url}/s/{key}", key: labels.service, auth: { type: bearer, token: { env: TOKEN } } }
    set: { owner: answer.owner.name, tier: answer.bad, team: answer.team }
`;
    const enrich = enrichmentOf(yaml, {});
    const given = anAlert('a', { labels: { service: 'a/../b?c' } });
    const [{ alert }] = await Promise.all([enrich(given, start), enrich(given, start)]);
    await enrich(given, start);
    expect(alert.labels).toMatchObject({ owner: 'ana' });
    expect(alert.labels.tier).not.toContain('\u0000');
    expect(alert.remarks?.[0]).toMatch(/^the enrichment cmdb could not give team: no such key: team/);
    expect(asked).toEqual([{ path: '/s/a%2F..%2Fb%3Fc', authorization: 'Bearer a-long-token' }]);
  });

  it('remembers for a minute that there is nothing', async () => {
    const { url, asked } = await server(() => ({ status: 404 }));
    const lookUp = lookUpOf(`${url}/{key}`);
    expect(await lookUp('a')).toEqual({ type: 'none', why: 'the look-up cmdb knows nothing of it' });
    await lookUp('a');
    expect(asked).toHaveLength(1);
    nowMs += 60_000;
    await lookUp('a');
    expect(asked).toHaveLength(2);
  });

  it('waits no longer than its time limit, and says so on the alert', async () => {
    const { url } = await server(() => null);
    const yaml = `
enrichment:
  - name: cmdb
    lookup: { url: "${url}/{key}", key: labels.service, timeout: 60ms }
    set: { owner: answer.owner }
`;
    const enrich = enrichmentOf(yaml, {});
    // Many more than may be asked at the same time: to wait for a turn counts too.
    const many = Array.from({ length: 50 }, (_, n) => enrich(anAlert(`${n}`, { labels: { service: `${n}` } }), start));
    for (const { alert } of await Promise.all(many))
      expect(alert.remarks).toEqual(['the look-up cmdb did not answer within 60ms']);
  });

  it('rests after five failures, and asks again after half a minute', async () => {
    const { url, asked } = await server(() => ({ status: 500 }));
    const lookUp = lookUpOf(`${url}/{key}`);
    for (let n = 0; n < 8; n += 1) await lookUp(`k${n}`);
    expect(asked).toHaveLength(5);
    expect(await lookUp('k9')).toEqual({ type: 'failed', why: 'the look-up cmdb failed 5 times and rests' });
    nowMs += 30_000;
    expect(await lookUp('k9')).toEqual({ type: 'failed', why: 'the look-up cmdb answered 500' });
  });

  it('follows no redirect', async () => {
    const other = await server(() => ({ status: 200, body: '{}' }));
    const { url } = await server(() => ({ status: 302, location: other.url }));
    expect(await lookUpOf(`${url}/{key}`)('a')).toEqual({ type: 'failed', why: 'the look-up cmdb answered 302' });
    expect(other.asked).toEqual([]);
  });

  it('reaches no address that nothing allows, and never where a cloud keeps its secrets', async () => {
    const { url, asked } = await server(() => ({ status: 200, body: '{}' }));
    expect(await lookUpOf(`${url}/{key}`, {}, [])('a')).toMatchObject({
      type: 'failed',
      why: /is not a public address/,
    });
    expect(asked).toEqual([]);
    const metadata = await lookUpOf('http://169.254.169.254/{key}', {}, ['169.254.0.0/16'])('a');
    expect(metadata).toMatchObject({ type: 'failed', why: expect.stringContaining('tells machines of a cloud') });
  });

  it('takes a key for one part of a path only', async () => {
    expect(await lookUpOf('https://cmdb.example.com/{key}')('..')).toEqual({
      type: 'none',
      why: '.. is no key to look up',
    });
    expect(LookUpSetting.safeParse({ url: 'https://{key}.example.com/' }).success).toBe(false);
    expect(LookUpSetting.safeParse({ url: 'https://cmdb.example.com/' }).success).toBe(false);
  });
});

it('The cache of answers is bounded, and what was used longest ago goes first', () => {
  const cache = createAnswerCache<number>(() => 0);
  for (let n = 0; n < 10_000; n += 1) cache.put(`${n}`, n, { forMs: 1, size: 1 });
  expect(cache.get('0')).toBe(0);
  cache.put('more', 1, { forMs: 1, size: 1 });
  expect([cache.get('0'), cache.get('1'), cache.get('more')]).toEqual([0, undefined, 1]);
  cache.put('large', 1, { forMs: 1, size: 8_000_000 });
  expect(cache.get('more')).toBeUndefined();
});

it('Groups, routes and people see what was added', async () => {
  const enrich = enrichmentOf(byService, { 'services.csv': services });
  const yaml = `
routes:
  - { name: payments, where: { match: 'team="payments!"' }, owner: payments }
`;
  const story = alertStory(yaml, () => ({ enrich }));
  await story.fires('a', { labels: { service: 'checkout' } });
  expect(story.incidents()[0]?.handling).toMatchObject({ owner: 'payments' });
});

it('Every example of the documentation is a configuration that can be read', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/alerts-enrichment.md', import.meta.url)), 'utf8');
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
  expect(examples.length).toBeGreaterThan(1);
  const files = {
    'services.csv': 'service,owner,team,runbook,tier\ncheckout,ana,payments,https://wiki.example.com/checkout,1\n',
    'environments.yaml': 'eu-1: { environment: production }\n',
  };
  for (const yaml of examples) {
    const read = readConfigFile(yaml, join(folder(files), 'firebreak.yaml'), { CMDB_TOKEN: 'a-long-token' });
    expect(read.ok ? [] : read.error).toEqual([]);
  }
});
