// What a request says: its body decoded and read by its source, with what is kept of its head. Proves nothing and stores nothing.
import { cleanText } from '../../core/json.ts';
import { readJson } from '../../core/read-json.ts';
import type { FieldFault } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Log } from '../../ports/runtime.ts';
import type { InboundRequest } from '../../spi/auth-scheme.ts';
import type { InboundDelivery, Integration, ParsedDelivery, Source } from '../../spi/source.ts';
import { decodeBody } from './decode-body.ts';
import { withQuery } from './kept-query.ts';

/** Headers that prove the sender, or name a person, are never kept. */
const kept = ['content-type', 'user-agent', 'x-request-id'];

/** The query without the field that proves the sender. */
export function fieldsOf({ auth }: Integration, url: string): URLSearchParams {
  const at = url.indexOf('?');
  const fields = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  const proof = auth?.scheme.inQuery?.(auth.settings);
  if (proof !== undefined) fields.delete(proof);
  return fields;
}

type Reading = {
  readonly source: Source;
  readonly integration: Integration;
  readonly request: InboundRequest;
  readonly nowMs: number;
  readonly maxBytes: number;
  readonly log: Log;
};

/** A request as it is kept, and what it says. */
type ReadRequest = {
  /** Those that are kept, with the fields of the query that are. */
  readonly headers: { readonly [name: string]: string };
  /** Decoded, where it can be. */
  readonly body: Buffer;
  readonly understood: Result<ParsedDelivery, Useless>;
};

/** Reads a request. The error says that its body is too large once it is decoded: nothing is kept of that. */
export async function readRequest({
  source,
  integration,
  request,
  nowMs,
  maxBytes,
  log,
}: Reading): Promise<Result<ReadRequest, string>> {
  const { settings } = integration;
  const fields = fieldsOf(integration, request.url);
  const query = picked(source.queryRead(settings), (name) => fields.get(name) ?? undefined);
  const names = kept.concat(source.headersRead(settings));
  const headers = withQuery(
    picked(names, (name) => request.headers[name]),
    query,
  );
  const decoded = await decodeBody(request.raw, {
    headers: request.headers,
    maxBytes,
    wire: source.wire,
    query: request.method === 'GET' || request.method === 'HEAD' ? fields.toString() : null,
  });
  if (!decoded.ok) {
    const { outcome, detail } = decoded.error;
    return outcome === 'too_large'
      ? err(detail)
      : ok({ headers, body: request.raw, understood: err({ outcome, detail, faults: null }) });
  }
  const body = decoded.value;
  // As of a delivery that is replayed: what is not kept is not read.
  const receivedAt = new Date(nowMs).toISOString();
  return ok({
    headers,
    body,
    understood: understand({ source, headers, query, raw: body, integration, receivedAt, log }),
  });
}

function picked(
  names: readonly string[],
  read: (name: string) => string | undefined,
): { readonly [name: string]: string } {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = read(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

type Understanding = {
  readonly source: Source;
  readonly headers: InboundRequest['headers'];
  readonly query: NonNullable<InboundDelivery['query']>;
  /** Decoded. */
  readonly raw: Buffer;
  readonly integration: Pick<Integration, 'name' | 'settings'>;
  readonly receivedAt: string;
  readonly log: Log;
};
type Useless = {
  readonly outcome: 'unreadable' | 'unmappable' | 'unsupported_media_type' | 'unsupported_encoding' | 'internal';
  readonly detail: string;
  readonly faults: readonly FieldFault[] | null;
};

/** What is wrong with a body, in one text that can be stored. */
export function faultText({ detail, faults }: Useless): string {
  const listed = faults?.map(({ path, message }) => `${path}: ${message}`).join('; ');
  // What a body says may be part of the reason, and PostgreSQL holds no NUL.
  return cleanText(listed === undefined ? detail : `${detail}: ${listed}`).slice(0, 4000);
}

/** What a body says, or why it is of no use. */
export function understand({
  source,
  headers,
  query,
  raw,
  integration,
  receivedAt,
  log,
}: Understanding): Result<ParsedDelivery, Useless> {
  const body = readJson(raw);
  if (!body.ok) return err({ outcome: 'unreadable', detail: body.error, faults: null });
  const { name, settings } = integration;
  const { json, remarks } = body.value;
  try {
    const parsed = source.parse({ headers, query, raw, body: json, receivedAt, remarks }, { name, settings });
    const detail = `the body is not what ${source.title} sends`;
    return parsed.ok ? parsed : err({ outcome: 'unmappable', detail, faults: parsed.error });
  } catch (error) {
    log.error(
      { err: error, source: source.id, integration: name },
      'a source failed on a delivery; it is kept as dead',
    );
    const detail = `the source ${source.id} failed on this delivery: a bug of ours; the delivery is kept`;
    return err({ outcome: 'internal', detail, faults: null });
  }
}
