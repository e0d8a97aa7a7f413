// How an alert source is defined. One file per source; the contract tests cover it from the day it stands in index.ts.
import { z } from 'zod';
import { Alert } from '../core/alert/alert.ts';
import { cleanText, type Json } from '../core/json.ts';
import type { FieldFault } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { WithSecrets } from '../spi/secret.ts';
import type { InboundDelivery, ParsedDelivery, Source } from '../spi/source.ts';

/** What a source makes a delivery of: its body and the integration's settings, both checked, and the delivery as it came. */
type ReadInput<B extends z.ZodType, S extends z.ZodObject> = {
  readonly body: z.output<B>;
  readonly settings: WithSecrets<z.output<S>>;
  /** The integration's name. */
  readonly integration: string;
  readonly delivery: InboundDelivery;
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
  readonly handshake?: Source['handshake'];
  readonly read: (
    input: ReadInput<B, S>,
  ) => Result<
    Omit<ParsedDelivery, 'alerts'> & { readonly alerts: readonly z.input<typeof Alert>[] },
    readonly FieldFault[]
  >;
};

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
    parse(delivery, context) {
      const body = definition.body.safeParse(delivery.body);
      if (!body.success) return err(faultsOf(body.error));
      // The configuration has checked them with the schema above.
      const settings = context.settings as WithSecrets<z.output<S>>;
      const read = definition.read({ body: body.data, settings, integration: context.name, delivery });
      if (!read.ok) return read;
      const alerts: Alert[] = [];
      for (const [i, draft] of read.value.alerts.entries()) {
        const alert = Alert.safeParse(draft);
        if (!alert.success)
          return err(faultsOf(alert.error).map(({ path, message }) => ({ path: `alerts.${i}.${path}`, message })));
        alerts.push(alert.data);
      }
      const { deliveryKey, truncated } = read.value;
      return ok({ alerts, deliveryKey, truncated });
    },
  };
}

/** Faults of a zod error by field. */
function faultsOf(error: z.ZodError): readonly FieldFault[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join('.') || '(body)', message }));
}

/** Any JSON as text for a label: strings as they are, null as nothing, the rest as JSON; cut visibly at `max` characters. */
export function asText(value: Json | undefined, max = 4000): string {
  const text = cleanText(
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value),
  );
  return text.length <= max ? text : `${text.slice(0, max)}… [${text.length - max} characters cut]`;
}

/** Entries of a foreign object as texts; at most 200 of them. */
export function asTexts(value: { readonly [key: string]: Json } | null | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, member] of Object.entries(value ?? {}).slice(0, 200)) {
    Object.defineProperty(texts, asText(key, 200), {
      value: asText(member),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return texts;
}

/** Keeps a link if it is http or https. */
export function asLink(label: string, url: string | undefined): { label: string; url: string }[] {
  return url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url) ? [{ label, url }] : [];
}

/** An instant in ISO form; null for none, for nonsense, and for the year 1 that Go's zero time prints as. */
export function asInstant(text: string | null | undefined): string | null {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isFinite(ms) && ms > 0 ? new Date(ms).toISOString() : null;
}
