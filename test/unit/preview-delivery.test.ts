// What a person is shown of an integration before it is used: what it makes of a body, and which field is wrong.

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { pairsOf } from '../../src/cli/alerts/explain.ts';
import { previewText as textOfPreview } from '../../src/cli/alerts/preview.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { showPreview } from '../../src/http/api/explain.ts';
import { type Preview, previewRequest } from '../../src/http/ingest/preview-delivery.ts';
import { sources } from '../../src/sources/registry.ts';
import { readEntry } from '../support/given/integration.ts';

async function preview(
  settings: JsonObject,
  body: string,
  more: { headers?: string[]; query?: string[]; method?: string; source?: string } = {},
) {
  const { source: id = 'generic', headers = [], query = [], method = 'POST' } = more;
  const source = sources.get(id);
  const { integration, faults } = readEntry({ source: id, auth: { type: 'none' }, ...settings });
  if (!source || !integration) throw new Error(faults.join());
  const nowMs = Date.parse('2026-03-01T03:10:00.000Z');
  const log = pino({ level: 'silent' });
  const said = { headers: Object.fromEntries(pairsOf(headers, 'header')), query: pairsOf(query, 'query') };
  return previewRequest({ source, integration, body: Buffer.from(body), ...said, method, nowMs, log });
}
const previewText = (preview: Preview) =>
  textOfPreview(showPreview(preview), preview.status === 'understood' ? preview.alerts : []);

const mapping = {
  fingerprint: 'item.id',
  title: 'item.text',
  service: 'query["team"]',
  labels: '{"tenant": headers["x-tenant"]}',
  startsAt: 'item.ts',
};

describe('a preview', () => {
  it('shows every alert with every field, with the headers and the query that were said', async () => {
    const shown = await preview(
      { mapping: { ...mapping, alerts: 'body.all' } },
      '{"all":[{"id":1,"text":"Full","ts":1772334245},{"id":2,"text":"B","ts":"soon"}]}',
      {
        headers: ['X-Tenant: t-1'],
        query: ['team=shop'],
      },
    );
    expect(shown).toMatchObject({ status: 'understood', headers: { 'x-tenant': 't-1', ':query': 'team=shop' } });
    expect(shown.fields).toEqual([
      { field: 'startsAt', kind: 'remarked', message: expect.stringContaining('soon is no time') },
    ]);
    const text = previewText(shown);
    for (const part of [
      '2 alert(s)',
      'mine/1',
      'Full',
      'shop',
      'label tenant t-1',
      '2026-03-01T03:04:05.000Z',
      'remark  startsAt: soon is no time',
    ])
      expect(text).toContain(part);
  });

  it('names the field that a body is refused for, and what to do', async () => {
    const shown = await preview({ mapping }, '{"text":"x"}', { query: ['team=a'], headers: ['x-tenant=t'] });
    expect(shown).toMatchObject({ status: 'refused', outcome: 'unmappable' });
    expect(previewText(shown)).toMatch(
      /^refused {2}unmappable: .*\nfault {3}fingerprint: item\.id: no such key: id .*change mapping\.fingerprint/,
    );
  });

  it('says of what is no JSON, and of what begins and ends nothing, what would become of it', async () => {
    expect(previewText(await preview({}, '{'))).toMatch(/^refused {2}unreadable: the body is not JSON/);
    const ignored = await preview({ words: { status: { note: 'ignored' } } }, '{"id":1,"title":"x","status":"Note"}');
    expect(previewText(ignored)).toContain('no alert: it is taken, and changes nothing');
  });

  it('reads a form, and the query of a GET, as they would come in', async () => {
    const byForm = { mapping: { fingerprint: 'body.id', title: 'body.t' } };
    const form = await preview(byForm, 'id=1&t=Disk+full', {
      headers: ['content-type=application/x-www-form-urlencoded'],
    });
    expect(form).toMatchObject({
      status: 'understood',
      body: '{"id":"1","t":"Disk full"}',
      alerts: [{ title: 'Disk full' }],
    });
    const got = await preview(byForm, '', { method: 'GET', query: ['id=1', 't=Disk full'] });
    expect(got).toMatchObject({ alerts: [{ title: 'Disk full' }] });
  });

  it('is there for every source', async () => {
    for (const source of sources.values()) {
      const shown = await preview(source.sample.settings, JSON.stringify(source.sample.body), {
        source: source.id,
        headers: Object.entries(source.sample.headers).map(([name, value]) => `${name}: ${value}`),
      });
      expect(previewText(shown)).toMatch(/^understood {2}1 alert/);
    }
  });
});
