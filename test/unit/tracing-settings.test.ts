// Where traces go, as OTEL_* and `tracing:` say: what is right is read, what is wrong switches tracing off with a reason, nothing keeps a start.
import { inspect } from 'node:util';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/environment.ts';
import { readConfigFile } from '../../src/config/file.ts';
import { readTracing, traceUrlOf } from '../../src/config/tracing.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { openTracing } from '../../src/platform/tracing/open.ts';
import { noTracing } from '../../src/ports/tracing.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const doubts = (env: { [name: string]: string }) => readTracing(env).doubts;

describe('tracing', () => {
  it('is off unless an endpoint is set, and when it is switched off', () => {
    const off = { to: null, doubts: [], secrets: [] };
    expect(readTracing({})).toEqual(off);
    expect(readTracing({ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })).toEqual(off);
    expect(readTracing({ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' })).toEqual(off);
    expect(readTracing({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toEqual(off);
    expect(readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: '  ' })).toEqual(off);
  });

  it('goes below the common endpoint, and to the one of traces as it is', () => {
    const url = (env: { [name: string]: string }) => readTracing(env).to?.url;
    expect(url(endpoint)).toBe('http://collector:4318/v1/traces');
    expect(url({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example.com/otlp/' })).toBe(
      'https://c.example.com/otlp/v1/traces',
    );
    expect(url({ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c.example.com/in' })).toBe(
      'https://c.example.com/in',
    );
    expect(readTracing({ ...endpoint, OTEL_SDK_DISABLED: 'false' }).to).not.toBeNull();
  });

  it.each([
    ['localhost:4318', /OTEL_EXPORTER_OTLP_ENDPOINT: must be an http or https URL/],
    ['nonsense', /OTEL_EXPORTER_OTLP_ENDPOINT: must be/],
    ['http://user:secret@c:4318', /without user name or password/],
  ])('is off with the endpoint %s, and says what would be right', (text, said) => {
    const read = readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: text });
    expect(read.to).toBeNull();
    expect(read.doubts).toEqual([expect.stringMatching(said)]);
    expect(read.doubts.join()).not.toContain('secret');
  });

  it('is off with a protocol, an exporter, headers or a timeout that cannot be had', () => {
    expect(doubts({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([
      expect.stringMatching(/PROTOCOL: must be http/),
    ]);
    expect(doubts({ ...endpoint, OTEL_TRACES_EXPORTER: 'zipkin' })).toEqual([
      expect.stringMatching(/must be otlp or none/),
    ]);
    expect(doubts({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'no pairs, my-key-1' })).toEqual([
      expect.not.stringMatching(/my-key-1/),
    ]);
    expect(doubts({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' })).toHaveLength(1);
    expect(doubts({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=x%0d%0ab' })).toHaveLength(1);
    for (const timeout of ['soon', '0', '1.5', '3600000'])
      expect(doubts({ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: timeout })).toEqual([
        expect.stringMatching(/TIMEOUT: must be/),
      ]);
    expect(
      doubts({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_EXPORTER_OTLP_TIMEOUT: '500' }),
    ).toEqual([]);
  });

  it('keeps no process from starting, whatever is wrong with it', () => {
    const read = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense' }, false);
    expect(read).toMatchObject({ ok: true, value: { tracing: { to: null, doubts: [expect.any(String)] } } });
  });

  it('counts what proves it to the collector among the secrets, and no name of a tenant', () => {
    const env = {
      ...endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abcdefgh1,x-tenant=operations,x-team=hcaik_01abcdefghij',
    };
    const { to, secrets } = readTracing(env);
    expect(to?.headers).toEqual({
      authorization: 'Bearer abcdefgh1',
      'x-tenant': 'operations',
      'x-team': 'hcaik_01abcdefghij',
    });
    expect(secrets.map(({ value }) => value)).toEqual(['Bearer abcdefgh1', 'abcdefgh1', 'hcaik_01abcdefghij']);
    const config = readConfig(env, false);
    if (!config.ok) throw new Error(config.error.join());
    expect(config.value.known.list().map(({ value }) => value)).toContain('abcdefgh1');
    expect(inspect(config.value)).not.toContain('abcdefgh1');
  });

  it('is nothing at all where it is off', async () => {
    const { tracing } = await openTracing(null, {
      log: pino({ level: 'silent' }),
      redact: createRedactor([]),
      version: '1',
    });
    expect(tracing).toBe(noTracing);
  });
});

describe('tracing.url of firebreak.yaml', () => {
  const read = (yaml: string) => readConfigFile(yaml, 'firebreak.yaml', {});
  it('is where the id of a trace is put', () => {
    const file = read('tracing: { url: "https://tempo.example.com/trace/{traceId}?of={traceId}" }');
    const template = file.ok ? file.value.tracing.url : null;
    expect(traceUrlOf(template, 'abc')).toBe('https://tempo.example.com/trace/abc?of=abc');
    expect(traceUrlOf(null, 'abc')).toBeNull();
  });

  it.each([
    ['https://tempo.example.com/trace', /must hold \{traceId\}/],
    ['javascript:alert("{traceId}")', /must be a URL such as/],
    ['tempo/{traceId}', /must be a URL such as/],
  ])('is not %s', (url, said) => {
    const file = read(`tracing: { url: '${url}' }`);
    expect(file.ok ? [] : file.error).toEqual([expect.stringMatching(/firebreak\.yaml:1:\d+ {2}tracing\.url/)]);
    expect(file.ok ? '' : file.error.join()).toMatch(said);
  });
});
