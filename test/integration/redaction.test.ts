// What leaked is taken out of a living Firebreak: out of the event, of everything that follows from it, of evidence and of deliveries; the
// record verifies as before, and whatever is no recorded redaction is found.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRedaction } from '../../src/core/redaction/plan-redaction.ts';
import { verifyBundle } from '../../src/core/timeline/bundle.ts';
import { exportTimeline } from '../../src/engine/record/export-timeline.ts';
import { auditStore, exportDeps } from '../../src/record.ts';
import { createAnswerer } from '../../src/web/verify/worker/answer.ts';
import { Engine } from '../support/cluster/engine.ts';
import { ana } from '../support/engine/in-process.ts';
import { principalOf } from '../support/given/principals.ts';
import { on } from '../support/given/texts.ts';

const leak = 'leaked-value-4711';
const engine = new Engine('PostgreSQL', {
  access: {
    start: 'everyone',
    order: 'everyone',
    operate: 'everyone',
    administer: ['@sre'],
    respond: 'everyone',
    view: 'everyone',
  },
});
engine.playbook(
  'tell',
  `  - id: say
    uses: shell.run
    with: { command: [/bin/sh, -c, "echo ${leak}; echo status=up"] }
    capture:
      - { name: out.txt, from: output.stdout, type: text }
      - { name: out.png, from: output.stdout, type: png }
      - { name: whole.json, from: output }`,
  on('Tell'),
);

const caller = { principal: principalOf(ana), cause: 'test' };
let incidentId = '';
let runId = '';
beforeAll(async () => {
  await engine.start();
  await engine.deliver('tell', [{ alertname: 'Tell', labels: { note: leak } }]);
  const started = await engine.until('the run to start', async () => {
    const { items } = await engine.app.store.reads.runs({ limit: 1, cursor: null });
    return items[0]?.state;
  });
  runId = started.runId;
  incidentId = started.incidentId;
  await engine.reaches(runId, 'succeeded');
  await engine.app.seal();
});
afterAll(() => engine.stop());

const api = async (path: string, body?: unknown) => {
  const answer = await fetch(`${engine.app.url}/api/v1${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const audit = () => auditStore(engine.config, engine.app.store);
const seqOf = async (type: string) => (await engine.stream(incidentId)).find((event) => event.type === type)?.seq ?? 0;
const redact = (seq: number, what: { path?: string; text?: string }, streamId = incidentId) =>
  engine.operations.redact({ ...caller, where: { type: 'event', streamId, seq, ...what }, reason: 'it leaked' });

describe('evidence of a step', () => {
  it('is listed with what it is by its bytes, and downloaded where no browser runs it', async () => {
    const { items } = JSON.parse((await api(`/incidents/${incidentId}/evidence`)).text);
    expect(items).toMatchObject([
      { name: 'out.txt', type: 'text/plain', preview: 'text', cutBytes: 0, redacted: false },
      { name: 'out.png', type: 'text/plain', preview: 'text' },
      { name: 'whole.json', type: 'application/json', preview: 'json', capturedBy: { type: 'step', step: 'say' } },
    ]);
    const file = await api(`/artifacts/${items[0].digest}`);
    expect(file).toMatchObject({ status: 200, text: `${leak}\nstatus=up\n` });
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="out.txt"',
      'content-security-policy': expect.stringContaining('sandbox'),
      'x-content-type-options': 'nosniff',
    });
    const shown = await api(`/artifacts/${items[0].digest}?inline`);
    expect(shown.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await api(`/artifacts/sha256:${'0'.repeat(64)}`)).status).toBe(404);
  });
});

describe('a redaction', () => {
  it('is refused to whoever does not hold the right', async () => {
    const asked = { where: { type: 'event' as const, streamId: incidentId, seq: 1, path: '/title' }, reason: 'x' };
    const stranger = { principal: principalOf({ kind: 'user', id: 'U0NOBODY' }), cause: 'test' };
    expect(await engine.operations.redact({ ...stranger, ...asked })).toMatchObject({ error: { code: 'not_allowed' } });
  });

  it('takes a text out of an event and of all that follows from it, and the record verifies', async () => {
    const seq = await seqOf('step.succeeded');
    const redacted = await redact(seq, { text: leak });
    if (!redacted.ok) throw new Error(redacted.error.message);
    expect(redacted.value.paths).toEqual(['/output/stdout']);
    // The alert and the step's input held it too, and it is told where.
    expect(redacted.value.alsoIn.length).toBeGreaterThan(0);
    for (const { streamId, seq: other } of redacted.value.alsoIn)
      expect(await redact(other, { text: leak }, streamId)).toMatchObject({ ok: true });
    expect(await audit()).toMatchObject({ outcome: 'ok' });
    expect(JSON.stringify(await engine.stream(incidentId))).not.toContain(leak);
    const rows =
      await engine.sql(`SELECT 1 FROM runs WHERE state::text LIKE '%${leak}%' OR origin::text LIKE '%${leak}%'
      UNION ALL SELECT 1 FROM incidents WHERE state::text LIKE '%${leak}%'
      UNION ALL SELECT 1 FROM deliveries WHERE position('${leak}'::bytea in body) > 0 OR alerts::text LIKE '%${leak}%'`);
    expect(rows).toEqual([]);
  });

  it('is told to whoever may see the incident, and the seal of its page holds by it and by nothing less', async () => {
    const read = async (what: string) => JSON.parse((await api(`/incidents/${incidentId}/${what}`)).text).items;
    const events = await read('timeline?limit=1000');
    const redactions = await read('redactions');
    expect(redactions.length).toBeGreaterThan(1);
    for (const { streamId, type, data } of redactions)
      expect({ streamId, type, of: data.streamId }).toEqual({
        streamId: 'system',
        type: 'record.redacted',
        of: incidentId,
      });
    const seal = (given: typeof redactions) =>
      createAnswerer()(
        { id: 1, name: 'chain', asked: { streamId: incidentId, events, redactions: given } },
        () => undefined,
      );
    expect(await seal(redactions)).toMatchObject({ outcome: 'ok', redactions: { length: redactions.length } });
    expect(await seal(redactions.slice(1))).toMatchObject({ outcome: 'bad' });
  });

  it('leaves an incident that can be worked on, also where its events are looked at first', async () => {
    const noted = await engine.operations.note({ ...caller, incidentId, text: 'after the redaction' });
    expect(noted).toMatchObject({ ok: true });
    expect((await engine.state(runId)).status).toBe('succeeded');
  });

  it('takes the content of evidence out, and the same content stays out when it comes again', async () => {
    const { items } = JSON.parse((await api(`/incidents/${incidentId}/evidence`)).text);
    for (const digest of new Set<string>(items.map((item: { digest: string }) => item.digest))) {
      const body = { where: { type: 'evidence', digest }, reason: 'it leaked' };
      const answer = await api('/redactions', body);
      expect(answer).toMatchObject({ status: 200 });
      expect(await api(`/artifacts/${digest}`)).toMatchObject({ status: 404 });
    }
    const { artifacts } = engine.app.store;
    const again = { content: Buffer.from(`${leak}\nstatus=up\n`), type: 'text/plain', cutBytes: 0 };
    const put = await artifacts.put({ name: 'out.txt', incidentId, evidence: again });
    expect(await artifacts.get(put.digest)).toBeNull();
    expect(await audit()).toMatchObject({ outcome: 'ok' });
  });

  it('leaves bundles that verify offline and exports without it', async () => {
    const deps = exportDeps(engine.config, engine.app.store);
    const bundle = (await exportTimeline(deps, incidentId, 'bundle'))?.content ?? '';
    expect(bundle).not.toContain(leak);
    expect(bundle).not.toContain(Buffer.from(leak).toString('base64').slice(0, 16));
    expect(await verifyBundle(bundle, [deps.signer().publicKey])).toMatchObject({ outcome: 'ok' });
    for (const format of ['md', 'json', 'html', 'csv'] as const)
      expect((await exportTimeline(deps, incidentId, format))?.content).not.toContain(leak);
  });
});

describe('whoever may do everything in the database', () => {
  /** Does something as the owner whom no trigger stops, looks, and takes it back. */
  async function tampered(statements: readonly (readonly [string, ...unknown[]])[]): Promise<string> {
    const client = new pg.Client({ connectionString: engine.app.store.url });
    await client.connect();
    const undo: (readonly [string, ...unknown[]])[] = [];
    try {
      await client.query(`SET session_replication_role = 'replica'`);
      const { rows } = await client.query('SELECT seq, data::text AS data FROM events WHERE stream_id = $1', [
        incidentId,
      ]);
      for (const { seq, data } of rows)
        undo.push(['UPDATE events SET data = $3 WHERE stream_id = $1 AND seq = $2', incidentId, seq, data]);
      for (const [text, ...values] of statements) await client.query(text, values);
      const result = await audit();
      return result.outcome === 'bad' ? `${result.place.seq}: ${result.place.problem}` : result.outcome;
    } finally {
      for (const [text, ...values] of undo) await client.query(text, values);
      await client.end();
    }
  }

  it('cannot edit an event as if it were redacted', async () => {
    const seq = await seqOf('note.added');
    const plan = planRedaction(await engine.stream(incidentId), {
      seq,
      what: { path: '/text', text: null },
      vouched: {},
    });
    if (!plan.ok) throw new Error(plan.error.message);
    const edit = JSON.stringify(plan.value.redacted.data);
    expect(
      await tampered([['UPDATE events SET data = $3 WHERE stream_id = $1 AND seq = $2', incidentId, seq, edit]]),
    ).toBe(`${seq}: was edited: its content does not match its hash`);
  });

  it('cannot edit a redacted event once more', async () => {
    const seq = await seqOf('step.succeeded');
    const text = `UPDATE events SET data = replace(data::text, 'status=up', 'status=down')::json WHERE stream_id = $1 AND seq = $2`;
    expect(await tampered([[text, incidentId, seq]])).toContain('not what its redaction records');
  });

  it('cannot put back what was taken out without being told of', async () => {
    const seq = await seqOf('step.succeeded');
    const text = `UPDATE events SET data = replace(data::text, '[redacted]', '${leak}')::json WHERE stream_id = $1 AND seq = $2`;
    expect(await tampered([[text, incidentId, seq]])).toContain('what was taken out is back');
  });

  it('is stopped by the database itself where no redaction is recorded', async () => {
    await expect(engine.sql(`UPDATE events SET data = '{}' WHERE seq = 1`)).rejects.toThrow('append-only');
    await expect(engine.sql(`UPDATE events SET cause = 'x' WHERE seq = 1`)).rejects.toThrow('append-only');
  });
});
