// How a sender proves itself and what its deliveries mean.
import type { Alert } from '../core/alert/alert.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { FieldFault } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';

/** How a sender proves itself. */
export type IntegrationAuth =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly type: 'hmac';
      readonly secret: string;
      readonly header: string;
      /** Text before the hex digest in the header, such as `sha256=`. */
      readonly prefix: string;
      /** Header with Unix seconds that the signature covers as `<seconds>.<body>`; null: the body alone is signed. */
      readonly timestampHeader: string | null;
      readonly toleranceMs: number;
    }
  | { readonly type: 'none' };

/** One configured sender. */
export type Integration = {
  readonly name: string;
  readonly source: string;
  readonly auth: IntegrationAuth;
  /** CEL per field, for sources that need a mapping. */
  readonly mapping: { readonly [field: string]: string } | null;
};

/** One inbound request of a source: raw bytes and what they parse to. */
export type InboundDelivery = {
  readonly headers: { readonly [name: string]: string };
  readonly raw: Buffer;
  readonly body: Json;
};

/** What a delivery means. An empty list is a legal delivery that concerns no alert. */
export type ParsedDelivery = {
  readonly alerts: readonly Alert[];
  /** The sender's own id of this delivery, if it has one. */
  readonly deliveryKey: string | null;
  /** Alerts that the sender left out. */
  readonly truncated: number;
};

/** An alert source (see sources/source.ts for `defineSource`). */
export type Source = {
  readonly id: string;
  readonly title: string;
  readonly sample: { readonly headers: { readonly [name: string]: string }; readonly body: JsonObject };
  /** Checks an integration's mapping when the configuration is loaded. */
  readonly checkMapping: (mapping: Integration['mapping']) => readonly FieldFault[];
  readonly parse: (
    delivery: InboundDelivery,
    integration: Integration,
  ) => Result<ParsedDelivery, readonly FieldFault[]>;
};
