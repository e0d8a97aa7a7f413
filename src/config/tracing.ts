// Where traces go: the OTEL_* variables that say so, and `tracing:` of firebreak.yaml. What is wrong with the variables is a doubt and
// switches tracing off: nothing that is optional keeps a Firebreak from starting. Reads no environment itself.
import { z } from 'zod';
import { type KnownSecret, minSecretChars } from '../core/secret/known-secrets.ts';
import type { TraceExport } from '../ports/tracing.ts';

const placeholder = '{traceId}';

/** The section `tracing:`. */
export const TracingSetting = z
  .strictObject({
    /** Where people look at a trace; null: nowhere. */
    url: z
      .string()
      .refine(
        (text) => URL.canParse(text.replaceAll(placeholder, 'a')) && /^https?:/i.test(text),
        'must be a URL such as https://tempo.example.com/trace/{traceId}',
      )
      .refine((text) => text.includes(placeholder), 'must hold {traceId}, where the id of the trace goes')
      .nullable()
      .default(null),
  })
  .prefault({});

/** The link to a trace; null: none is configured. */
export const traceUrlOf = (template: string | null, traceId: string): string | null =>
  template === null ? null : template.replaceAll(placeholder, traceId);

/** What the environment says of traces. */
export type TracingEnvironment = {
  /** null: tracing is off. */
  readonly to: TraceExport | null;
  /** Why it is off though something was set, a line each. */
  readonly doubts: readonly string[];
  /** What the headers hold. */
  readonly secrets: readonly KnownSecret[];
};

type Env = { readonly [name: string]: string | undefined };

/** Long enough for a collector far away, short enough for an end that must not wait. */
const defaultTimeoutMs = 2000;
const longestTimeoutMs = 60_000;

/** Reads the variables, as the specification of OpenTelemetry has them. */
export function readTracing(env: Env): TracingEnvironment {
  const set = (name: string) => env[name]?.trim() || null;
  const own = (suffix: string) =>
    [`OTEL_EXPORTER_OTLP_TRACES_${suffix}`, `OTEL_EXPORTER_OTLP_${suffix}`].find((name) => set(name) !== null);
  const off = { to: null, doubts: [], secrets: [] };
  const from = own('ENDPOINT');
  if (from === undefined || set('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return off;
  if (set('OTEL_TRACES_EXPORTER')?.toLowerCase() === 'none') return off;
  const doubts: string[] = [];
  const exporter = set('OTEL_TRACES_EXPORTER') ?? 'otlp';
  if (!exporter.split(',').some((one) => one.trim().toLowerCase() === 'otlp'))
    doubts.push(`OTEL_TRACES_EXPORTER: must be otlp or none; ${exporter} is not known here`);
  const protocolFrom = own('PROTOCOL');
  if (protocolFrom !== undefined && !/^http\/(json|protobuf)$/i.test(set(protocolFrom) ?? ''))
    doubts.push(`${protocolFrom}: must be http/json; traces are sent over HTTP, to port 4318 of most collectors`);
  const url = endpointOf(from, set(from) ?? '');
  if (url === null)
    doubts.push(`${from}: must be an http or https URL without user name or password, such as http://localhost:4318`);
  const headersFrom = own('HEADERS');
  const headers = headersFrom === undefined ? {} : headersOf(set(headersFrom) ?? '');
  if (headers === null) doubts.push(`${headersFrom}: must be pairs such as api-key=abc,tenant=ops, percent-encoded`);
  const timeoutFrom = own('TIMEOUT');
  const timeoutMs = timeoutFrom === undefined ? defaultTimeoutMs : Number(set(timeoutFrom));
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > longestTimeoutMs)
    doubts.push(`${timeoutFrom}: must be milliseconds from 1 to ${longestTimeoutMs}`);
  const secrets = Object.entries(headers ?? {}).flatMap(([name, value]) => secretsIn(name, value));
  const isUsable = doubts.length === 0 && url !== null && headers !== null;
  return { to: isUsable ? { url, headers, timeoutMs } : null, doubts, secrets };
}

/** The traces' own endpoint is taken as it is, the common one is where `v1/traces` stands below; null: it is none. */
function endpointOf(name: string, text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  if (name.includes('TRACES')) return url.href;
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}

/** `name=value` pairs as W3C Baggage writes them; null: they are none. */
function headersOf(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((one) => one.trim() !== '')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const value = decoded(pair.slice(at + 1).trim());
    if (at < 1 || value === null || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) return null;
    headers[name] = value;
  }
  return headers;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** What a header is named that holds a secret, and what a secret looks like. A tenant or a data set is neither: it stands in ordinary text. */
const secretName = /auth|key|token|secret|passw|credential|dsn/i;
const secretLook = /^(?=.*\d)(?=.*[a-z])\S{16,}$/i;

/** The value, and what follows a scheme such as `Bearer`. */
function secretsIn(header: string, value: string): readonly KnownSecret[] {
  if (!secretName.test(header) && !secretLook.test(value)) return [];
  const parts = [value, value.replace(/^\w+ +/, '')];
  return [...new Set(parts)]
    .filter((part) => part.length >= minSecretChars)
    .map((part) => ({ name: `otel.header.${header}`, value: part }));
}
