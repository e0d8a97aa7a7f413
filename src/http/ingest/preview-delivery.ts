// What an integration would make of a request, for people who try out a mapping. Proves nothing, stores nothing, counts nothing.
import type { Alert } from '../../core/alert/alert.ts';
import type { FieldFault } from '../../core/refusal.ts';
import type { Log } from '../../ports/runtime.ts';
import type { InboundRequest } from '../../spi/auth-scheme.ts';
import type { Integration, Source } from '../../spi/source.ts';
import { fieldName, remarkedField } from './delivery-notes.ts';
import { readRequest } from './understand.ts';

/** What would become of a request that had proved itself. */
export type Preview = {
  /** As it would be stored: decoded, a form as the JSON that is made of it. */
  readonly body: string;
  /** Headers, and the fields of the query under `:query`, that would be kept, and so can be read. */
  readonly headers: { readonly [name: string]: string };
  readonly fields: readonly PreviewedField[];
} & (
  | {
      readonly status: 'understood';
      readonly alerts: readonly Alert[];
      readonly deliveryKey: string | null;
      readonly truncated: number;
    }
  /** It would be kept as dead. */
  | { readonly status: 'refused'; readonly outcome: string; readonly detail: string }
);

/** What is wrong with one field. */
type PreviewedField = {
  readonly field: string;
  /** `refused`: nothing is made of the body for it; `remarked`: told with the alert. */
  readonly kind: 'refused' | 'remarked';
  readonly message: string;
};

type PreviewInput = {
  readonly source: Source;
  readonly integration: Integration;
  readonly request: InboundRequest;
  readonly nowMs: number;
  readonly maxBytes: number;
  readonly log: Log;
};

/** Makes it, the way ingest does. */
export async function previewDelivery(input: PreviewInput): Promise<Preview> {
  const read = await readRequest(input);
  if (!read.ok) {
    const about = { body: '', headers: {}, fields: [] };
    return { ...about, status: 'refused', outcome: 'too_large', detail: read.error };
  }
  const { body, headers, understood } = read.value;
  const about = { body: body.toString('utf8'), headers };
  if (!understood.ok) {
    const { outcome, detail, faults } = understood.error;
    return { ...about, status: 'refused', outcome, detail, fields: (faults ?? []).map(fieldOf('refused')) };
  }
  const { alerts, deliveryKey, truncated } = understood.value;
  const remarks = alerts.flatMap((alert) => (alert.remarks ?? []).map(remarkedField));
  return { ...about, status: 'understood', alerts, deliveryKey, truncated, fields: remarks.map(fieldOf('remarked')) };
}

const fieldOf =
  (kind: PreviewedField['kind']) =>
  ({ path, message }: FieldFault): PreviewedField => ({ field: fieldName(path), kind, message });
