// How an alert source is defined. One file per source; the contract tests cover it from the day it stands in index.ts.
import { z } from 'zod';
import { Alert } from '../core/alert/alert.ts';
import { boundedKey } from '../core/alert/group-key.ts';
import { type Json, sha256 } from '../core/json.ts';
import type { FieldFault } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { WithSecrets } from '../spi/secret.ts';
import type { InboundDelivery, ParsedDelivery, Source, Wire } from '../spi/source.ts';
import { plausibleTime } from './times.ts';

/** What a source makes a delivery of: its body and the integration's settings, both checked, and the delivery as it came. */
type ReadInput<B extends z.ZodType, S extends z.ZodObject> = {
  readonly body: z.output<B>;
  readonly settings: WithSecrets<z.output<S>>;
  /** The integration's name. */
  readonly integration: string;
  readonly delivery: InboundDelivery;
};

/** An alert as a source reads it: times as the sender wrote them, checked afterwards for all sources alike. */
export type DraftAlert = Omit<z.input<typeof Alert>, 'startsAt' | 'endsAt'> & {
  readonly startsAt?: Json | undefined;
  readonly endsAt?: Json | undefined;
};

/** A source with the types of its body and of its settings. What most sources have in common may be left out. */
export type SourceDefinition<B extends z.ZodType, S extends z.ZodObject> = Pick<
  Source,
  'id' | 'title' | 'docs' | 'retriesOn'
> & {
  readonly sample: Omit<Source['sample'], 'settings'> & Partial<Pick<Source['sample'], 'settings'>>;
  readonly body: B;
  /** Without them an integration has none beside `source` and `auth`. */
  readonly settings?: S;
  readonly schemes?: Source['schemes'];
  readonly verify?: Source['verify'];
  readonly headersRead?: (settings: WithSecrets<z.output<S>>) => readonly string[];
  readonly queryRead?: (settings: WithSecrets<z.output<S>>) => readonly string[];
  /** What is left out is not taken: most senders POST JSON. */
  readonly wire?: Partial<Wire>;
  readonly handshake?: Source['handshake'];
  readonly read: (
    input: ReadInput<B, S>,
  ) => Result<Omit<ParsedDelivery, 'alerts'> & { readonly alerts: readonly DraftAlert[] }, readonly FieldFault[]>;
};

const postedJson: Wire = { methods: [], forms: 'json', multipart: false, texts: 'none', states: [] };

/** Makes a source of a definition: the body is checked before it is read, every alert after. */
export function defineSource<B extends z.ZodType, S extends z.ZodObject>(definition: SourceDefinition<B, S>): Source {
  const { id, title, docs, sample, retriesOn } = definition;
  return {
    id,
    title,
    docs,
    sample: { headers: sample.headers, body: sample.body, resolved: sample.resolved, settings: sample.settings ?? {} },
    settings: definition.settings ?? z.strictObject({}),
    schemes: definition.schemes ?? null,
    verify: definition.verify ?? null,
    handshake: definition.handshake ?? null,
    retriesOn,
    // The configuration has checked them with the schema above.
    headersRead: (settings) => definition.headersRead?.(settings as WithSecrets<z.output<S>>) ?? [],
    queryRead: (settings) => definition.queryRead?.(settings as WithSecrets<z.output<S>>) ?? [],
    wire: { ...postedJson, ...definition.wire },
    parse(delivery, context) {
      const body = definition.body.safeParse(delivery.body);
      if (!body.success) return err(faultsOf(body.error));
      // The configuration has checked them with the schema above.
      const settings = context.settings as WithSecrets<z.output<S>>;
      const read = definition.read({ body: body.data, settings, integration: context.name, delivery });
      if (!read.ok) return read;
      const alerts: Alert[] = [];
      for (const [i, draft] of read.value.alerts.entries()) {
        const alert = Alert.safeParse(timed(draft, delivery));
        if (!alert.success)
          return err(faultsOf(alert.error).map(({ path, message }) => ({ path: `alerts.${i}.${path}`, message })));
        alerts.push(alert.data);
      }
      const { deliveryKey, truncated } = read.value;
      return ok({ alerts, deliveryKey: deliveryKey === null ? null : shortKey(deliveryKey), truncated });
    },
  };
}

/** A long one as its beginning and its digest: cut, two deliveries could become one. */
function shortKey(key: string): string {
  return key.length <= 300 ? key : `${key.slice(0, 200).toWellFormed()}…${sha256(key)}`;
}

/** The alert with times that can be, and all that is to be said about it. */
function timed(
  { startsAt, endsAt, remarks = [], groupKey = null, ...draft }: DraftAlert,
  delivery: InboundDelivery,
): z.input<typeof Alert> {
  const { receivedAt } = delivery;
  const starts = plausibleTime(startsAt, { name: 'startsAt', receivedAt, zero: 'absurd' });
  // What fires has not ended, whatever stands there.
  const ended = draft.status === 'resolved' ? endsAt : null;
  const ends = plausibleTime(ended, { name: 'endsAt', receivedAt, zero: 'none' });
  const said = [...delivery.remarks, ...remarks, starts.remark ?? [], ends.remark ?? []].flat();
  return {
    ...draft,
    groupKey: groupKey === null ? null : boundedKey(groupKey),
    startsAt: starts.at,
    endsAt: ends.at,
    ...(said.length > 0 ? { remarks: said.slice(0, 20) } : {}),
  };
}

/** Faults of a zod error by field. */
function faultsOf(error: z.ZodError): readonly FieldFault[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join('.') || '(body)', message }));
}

/** Keeps a link if it is http or https. */
export function asLink(label: string, url: string | undefined): { label: string; url: string }[] {
  return url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url) ? [{ label, url }] : [];
}
