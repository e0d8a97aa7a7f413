// One run on real parts, from the webhook to Slack, told to a real collector over OTLP: span by span; and the ids in spans, events, lines of
// the log, outgoing calls and links agree.
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { member } from '../../src/actions/words.ts';
import type { StoredEvent } from '../../src/core/events.ts';
import { nodeOf, type RunState } from '../../src/core/run/state.ts';
import { attemptPlace, tracePlaceOf } from '../../src/core/trace/place.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/types.ts';
import { Engine } from '../support/cluster/engine.ts';
import { ben } from '../support/engine/in-process.ts';
import type { SteeredTarget } from '../support/engine/steered-target.ts';
import { startSteeredTarget } from '../support/engine/steered-target.ts';
import { on } from '../support/given/texts.ts';
import { type Collector, type SeenSpan, startCollector } from '../support/tracing/collector.ts';

const slack = { botToken: 'xoxb-test-token', signingSecret: 'test-signing-secret', appToken: 'xapp-test-token' };
const secret = 'a-key-of-the-collector-1';
const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const steps = `
  - id: notify
    uses: http.request
    with: { method: POST, url: "\${{ inputs.target }}/notify?token=of-the-target" }
    replay: safe
    retry: { maxAttempts: 3, baseDelay: 1s }
  - id: own
    needs: [notify]
    uses: http.request
    with: { url: "\${{ inputs.target }}/own", headers: { Traceparent: ${own} } }
  - id: missing
    needs: [notify]
    uses: http.request
    with: { url: "\${{ inputs.target }}/missing" }
    onFailure: continue
  - id: restart
    needs: [own, missing]
    uses: shell.run
    with: { command: [/bin/sh, -c, 'printf "%s %s" "$TRACEPARENT" "$FIREBREAK_CORRELATION_ID"'] }
    approval: { from: ["@sre"], expiresIn: 15m }
  - id: say
    needs: [restart]
    uses: slack.message
    with: { text: done }
`;
const minute = 60_000;

describe('a run of an alert, told to a collector', () => {
  let collector: Collector;
  let sandbox: Sandbox;
  let engine: Engine;
  let target: SteeredTarget;
  let runId: string;
  let receipt: string;
  let spans: readonly SeenSpan[];
  let kept: readonly StoredEvent[];
  let run: RunState;
  let shown: { readonly traceUrl: string | null };
  const lines: { readonly [member: string]: unknown }[] = [];

  beforeAll(async () => {
    collector = await startCollector();
    sandbox = await startSandbox({ ...slack });
    target = await startSteeredTarget();
    target.answer('/notify?token=of-the-target', 503, 200);
    target.answer('/missing', 404);
    const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
    engine = new Engine(
      'PostgreSQL',
      { tracing: { url: 'https://tempo.example.com/trace/{traceId}' } },
      {
        log,
        env: {
          ...{
            SLACK_BOT_TOKEN: slack.botToken,
            SLACK_SIGNING_SECRET: slack.signingSecret,
            SLACK_API_URL: sandbox.apiUrl,
          },
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_EXPORTER_OTLP_HEADERS: `api-key=${secret}`,
        },
      },
    );
    engine.playbook('traced', steps, on('TracedAlert'));
    await engine.start();
    ({ receipt } = await engine.alert({ alertname: 'TracedAlert', target }));
    [{ runId }] = (await engine.started('traced')) as readonly [RunState];
    const asked = await engine.asked(runId, 'restart');
    engine.pass(5 * minute);
    expect(await engine.decide('approve', asked, ben)).toBe('granted');
    run = await engine.reaches(runId, 'succeeded');
    kept = await engine.events(runId);
    shown = (await (await fetch(`${engine.app.url}/api/v1/runs/${runId}`)).json()) as typeof shown;
    // What Slack is told last stands there.
    await sandbox.waitFor(() => JSON.stringify(sandbox.calls).includes('took 5'));
    await engine.stop();
    spans = collector.spans;
  });
  afterAll(async () => {
    await engine.stop();
    await sandbox.close();
    target.close();
    collector.close();
  });

  const only = (name: string, of = tracePlaceOf(runId).traceId): SeenSpan => {
    const found = spans.filter((span) => span.name === name && span.traceId === of);
    expect(found.map((span) => span.name)).toEqual([name]);
    return found[0] as SeenSpan;
  };
  const attempts = (step: string) => spans.filter(({ name }) => name === step).sort((a, b) => a.startMs - b.startMs);
  const correlation = (step: string, attempt: number) => `${runId}/${step}/${attempt}`;

  it('begins with the webhook, which is accepted and taken in as a message', () => {
    const { traceId, spanId } = tracePlaceOf(receipt);
    expect(only('POST /hooks/:source', traceId)).toMatchObject({
      ...{ kind: 'server', parent: null, spanId, error: null },
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/hooks/:source',
        'http.response.status_code': 202,
        'firebreak.source': 'alertmanager',
        'messaging.message.id': receipt,
      },
    });
    const sent = only('send intake', traceId);
    expect(sent).toMatchObject({
      ...{ kind: 'producer', parent: spanId, error: null },
      attributes: {
        'messaging.system': 'firebreak',
        'messaging.destination.name': 'intake',
        'messaging.operation.type': 'send',
      },
    });
    expect(only('process intake', traceId)).toMatchObject({
      ...{ kind: 'consumer', parent: sent.spanId, links: [{ traceId, spanId: sent.spanId }], error: null },
      attributes: {
        'messaging.operation.type': 'process',
        'messaging.message.id': receipt,
        'firebreak.outcome': 'done',
      },
    });
  });

  it('has a span for the run, which links to what brought its alert and carries its result', () => {
    const sent = only('send intake', tracePlaceOf(receipt).traceId);
    expect(only('RUN traced')).toMatchObject({
      ...{ ...tracePlaceOf(runId), kind: 'server', parent: null, error: null },
      links: [{ traceId: sent.traceId, spanId: sent.spanId }],
      attributes: {
        'cicd.pipeline.name': 'traced',
        'cicd.pipeline.run.id': runId,
        'cicd.pipeline.result': 'success',
        'cicd.pipeline.run.url.full': `http://127.0.0.1:0/runs/${runId}`,
      },
    });
  });

  it('has a span for each attempt below it, and marks none that was tried again or dealt with', () => {
    const results = (step: string) =>
      attempts(step).map(({ attributes, error, parent }) => [
        attributes['cicd.pipeline.task.run.result'],
        attributes['error.type'],
        error,
        parent,
      ]);
    const run = tracePlaceOf(runId).spanId;
    expect(results('notify')).toEqual([
      ['failure', 'http_503', null, run],
      ['success', undefined, null, run],
    ]);
    expect(results('missing')).toEqual([['failure', 'http_404', null, run]]);
    for (const step of ['own', 'restart', 'say']) expect(results(step)).toEqual([['success', undefined, null, run]]);
    expect(attempts('notify').map(({ spanId }) => spanId)).toEqual(
      [1, 2].map((attempt) => attemptPlace({ runId, step: 'notify', attempt }).spanId),
    );
    expect(spans.filter(({ error }) => error !== null)).toEqual([]);
  });

  it('holds no span open over an approval, and shows how long it took', () => {
    expect(only('approval of restart')).toMatchObject({
      parent: tracePlaceOf(runId).spanId,
      attributes: { 'firebreak.approval.outcome': 'granted' },
    });
    const { startMs, endMs } = only('approval of restart');
    expect(endMs - startMs).toBeGreaterThanOrEqual(5 * minute);
    for (const { name, startMs: from, endMs: to } of spans)
      if (!/^(RUN|approval)/.test(name)) expect([name, to - from < 5 * minute]).toEqual([name, true]);
  });

  it('goes on in what is called: the header, the variable, the correlation id; what a step says itself wins', () => {
    const calls = target.callsOf('/notify?token=of-the-target');
    expect(calls.map(({ headers }) => headers['firebreak-correlation-id'])).toEqual([
      correlation('notify', 1),
      correlation('notify', 2),
    ]);
    const posts = spans.filter(({ name }) => name === 'POST');
    expect(calls.map(({ headers }) => headers['traceparent'])).toEqual(
      posts.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
    );
    expect(
      posts.map(({ parent, kind, attributes }) => [parent, kind, attributes['http.response.status_code']]),
    ).toEqual(
      [1, 2].map((attempt) => [
        attemptPlace({ runId, step: 'notify', attempt }).spanId,
        'client',
        [503, 200][attempt - 1],
      ]),
    );
    expect(target.callsOf('/own')[0]?.headers['traceparent']).toBe(own);
    const { traceId, spanId, parent, kind } = only('sh');
    expect([parent, kind]).toEqual([attemptPlace({ runId, step: 'restart', attempt: 1 }).spanId, 'internal']);
    const restarted = nodeOf(run, 'restart');
    expect(restarted.status === 'succeeded' && member(restarted.output, 'stdout')).toBe(
      `00-${traceId}-${spanId}-01 ${correlation('restart', 1)}`,
    );
  });

  it('goes on into Slack: what a step posts stands below its attempt, what is told of the run below the run', () => {
    const calls = spans.filter(
      ({ name, traceId }) => name.startsWith('slack ') && traceId === tracePlaceOf(runId).traceId,
    );
    const parents = (name: string) => calls.filter((span) => span.name === name).map(({ parent }) => parent);
    expect(parents('slack chat.postMessage')).toContain(attemptPlace({ runId, step: 'say', attempt: 1 }).spanId);
    expect(parents('slack chat.postMessage')).toContain(tracePlaceOf(runId).spanId);
    for (const { kind, attributes } of calls) {
      expect(kind).toBe('client');
      expect(attributes['server.address']).toBe('127.0.0.1');
    }
  });

  it('is named by the lines of the log, one for each event, with the ids of the run and no data of the event', () => {
    const told = lines.filter((line) => line['event'] !== undefined && line['runId'] === runId);
    expect(told.map(({ seq, event }) => `${seq} ${event}`)).toEqual(kept.map(({ seq, type }) => `${seq} ${type}`));
    for (const line of told)
      expect(line).toMatchObject({
        traceId: tracePlaceOf(runId).traceId,
        incidentId: expect.stringMatching(/^inc_/),
        by: expect.stringMatching(/^(system|user|alert)$/),
      });
    expect(JSON.stringify(told)).not.toContain('of-the-target');
    const failed = told.find(({ event }) => event === 'step.retry_scheduled');
    expect(failed).toMatchObject({ step: 'notify', attempt: 1, durationMs: expect.any(Number) });
  });

  it('says who sends it, proves it to the collector, and tells nobody a secret', () => {
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'firebreak',
      'service.version': expect.any(String),
    });
    expect(collector.requests.map(({ path, headers }) => [path, headers['api-key']])).toContainEqual([
      '/v1/traces',
      secret,
    ]);
    expect(JSON.stringify([spans, lines])).not.toMatch(/a-key-of-the-collector|of-the-target|a-webhook-token/);
  });

  it('is linked where people look: the API and the message of the run', () => {
    const url = `https://tempo.example.com/trace/${tracePlaceOf(runId).traceId}`;
    expect(shown.traceUrl).toBe(url);
    expect(JSON.stringify(sandbox.calls)).toContain(`<${url}|trace>`);
  });
});
