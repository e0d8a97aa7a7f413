// How an alert source is defined. One file per source; the contract tests cover it from the day it stands in index.ts.
import type { z } from 'zod';
import { Alert } from '../core/alert/alert.ts';
import { cleanText, type Json } from '../core/json.ts';
import type { FieldFault } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { InboundDelivery, Integration, ParsedDelivery, Source } from '../spi/source.ts';

/** A source with the type of its body. */
export type SourceDefinition<B extends z.ZodType> = {
  readonly id: string;
  readonly title: string;
  readonly body: B;
  readonly sample: Source['sample'];
  readonly checkMapping?: Source['checkMapping'];
  readonly read: (
    body: z.output<B>,
    integration: Integration,
    delivery: InboundDelivery,
  ) => Result<
    Omit<ParsedDelivery, 'alerts'> & { readonly alerts: readonly z.input<typeof Alert>[] },
    readonly FieldFault[]
  >;
};

/** Makes a source of a definition: the body is checked before it is read, every alert after. */
export function defineSource<B extends z.ZodType>(definition: SourceDefinition<B>): Source {
  const { id, title, sample } = definition;
  return {
    ...{ id, title, sample },
    checkMapping:
      definition.checkMapping ??
      ((mapping) => (mapping ? [{ path: 'mapping', message: `the source ${id} takes no mapping; remove it` }] : [])),
    parse(delivery, integration) {
      const body = definition.body.safeParse(delivery.body);
      if (!body.success) return err(faultsOf(body.error));
      const read = definition.read(body.data, integration, delivery);
      if (!read.ok) return read;
      const alerts: Alert[] = [];
      for (const [i, draft] of read.value.alerts.entries()) {
        const alert = Alert.safeParse(draft);
        if (!alert.success)
          return err(faultsOf(alert.error).map((fault) => ({ ...fault, path: `alerts.${i}.${fault.path}` })));
        alerts.push(alert.data);
      }
      return ok({ ...read.value, alerts });
    },
  };
}

/** Faults of a zod error by field. */
export function faultsOf(error: z.ZodError): readonly FieldFault[] {
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
