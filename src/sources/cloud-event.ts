// Events of CloudEvents 1.0 out of a request: structured, batched or binary (bindings/http-protocol-binding.md). Judges no alert.
import type { Json, JsonObject } from '../core/json.ts';
import { plainObject } from '../core/json.ts';
import { readJson } from '../core/read-json.ts';
import type { FieldFault } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { InboundDelivery } from '../spi/source.ts';
import { asText } from './labels.ts';

/** Attributes that a binary event may have in headers, besides extensions that the settings name. */
export const attributes = ['id', 'source', 'specversion', 'type', 'subject', 'time', 'dataschema', 'severity'] as const;

/** More are in no batch. */
const maxEvents = 5000;

/** The events of a delivery: attributes side by side with `data`, which is plain JSON however it came. */
export function eventsOf({ headers, body }: InboundDelivery): Result<readonly JsonObject[], readonly FieldFault[]> {
  if (isBinary(headers)) return ok([binaryOf(headers, body)]);
  if (!Array.isArray(body))
    return isObject(body) ? checked([body]) : err([fault('(body)', 'must be an event, or a list of events')]);
  if (body.length > maxEvents)
    return err([fault('(body)', `holds ${body.length} events; at most ${maxEvents} are taken`)]);
  const events = (body as readonly Json[]).filter(isObject);
  return events.length === body.length
    ? checked(events)
    : err([fault('(body)', 'must be a list of events, which are objects')]);
}

const fault = (path: string, message: string): FieldFault => ({ path, message });
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An event in a body of its own says so by its content type; headers of a proxy may say the same besides. */
function isBinary(headers: InboundDelivery['headers']): boolean {
  const isStructured = /^\s*application\/cloudevents(?:-batch)?\b/i.test(headers['content-type'] ?? '');
  return !isStructured && headers['ce-id'] !== undefined && headers['ce-specversion'] !== undefined;
}

function binaryOf(headers: InboundDelivery['headers'], body: Json): JsonObject {
  const own = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && value !== undefined ? [[name.slice(3), decoded(value)] as const] : [],
  );
  return plainObject([...own, ['data', body]]);
}

/** Values of headers are percent-encoded where they are more than ASCII. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/s, '$1'));
  } catch {
    return value;
  }
}

/** Events with what makes them events; of one that has not, the fields that are missing. */
function checked(events: readonly JsonObject[]): Result<readonly JsonObject[], readonly FieldFault[]> {
  const faults = events.flatMap((event, i) =>
    ['id', 'source', 'type']
      .filter((name) => asText(event[name]) === '')
      .map((name) =>
        fault(events.length === 1 ? name : `${i}.${name}`, 'is missing; an event of CloudEvents 1.0 has it'),
      ),
  );
  return faults.length > 0 ? err(faults.slice(0, 20)) : ok(events.map(unpacked));
}

/** The event with `data` where it had `data_base64`: JSON where the bytes are that, else text. */
function unpacked(event: JsonObject): JsonObject {
  const { data_base64: packed, data } = event;
  if (typeof packed !== 'string' || data !== undefined) return event;
  const raw = Buffer.from(packed, 'base64');
  const json = readJson(raw);
  return { ...event, data: json.ok ? json.value.json : asText(raw.toString('utf8')) };
}
