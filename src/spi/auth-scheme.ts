// How a sender proves itself: one file per scheme under sources/auth, which is all that knows the scheme.
import type { z } from 'zod';
import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { WithSecrets } from './secret.ts';

/** One request of a sender, as it came over the wire. */
export type InboundRequest = {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly raw: Buffer;
};

/** What a proof is checked with, or made of. */
type Proof<S> = { readonly request: InboundRequest; readonly settings: S; readonly nowMs: number };

/** A scheme whose settings are an `S`. Methods, so that a scheme of any settings is an `AuthScheme`. */
type AuthSchemeOf<S> = {
  /** The word after `type:` in the configuration. */
  readonly id: string;
  /** What the proof covers: every byte of the body, only who sends it, or nothing at all. */
  readonly proves: 'body' | 'sender' | 'nothing';
  /** A few lines of Markdown: what is checked, and what the sender has to send. */
  readonly docs: string;
  /** Settings beside `type` as the configuration file has them. */
  readonly sample: JsonObject;
  /** Checks the settings beside `type`. Strict; a setting that is a secret is declared by `Secret`. */
  readonly settings: z.ZodObject;
  /** True if the proof covers a time, so that it is good for a while only. */
  stamped(settings: S): boolean;
  /**
   * Checks a request, in constant time where secrets are compared. Fails closed: an empty secret matches nothing. The refusal says
   * what is missing or wrong, never what would have been right.
   */
  verify(proof: Proof<S>): Result<void, string>;
  /**
   * What sets a proof that holds apart from every other, and for how many milliseconds it must be remembered so that whoever
   * captured it cannot use it again. Never the text of a header, which can be written in several ways. Absent: the proof is the
   * same with every request.
   */
  once?(proof: Proof<S>): { readonly key: string; readonly forMs: number };
  /** The inverse: headers that prove a request. Names in lower case. */
  sign(proof: Proof<S>): { readonly [header: string]: string };
  /** The field of the query that the proof stands in; it is never kept. Absent: the query proves nothing. */
  inQuery?(settings: S): string;
  /** The inverse where the query proves: fields to add to it. */
  signQuery?(proof: Proof<S>): { readonly [field: string]: string };
};

/** A scheme, whatever its settings are. It is only ever given settings that its own schema passed. */
export type AuthScheme = AuthSchemeOf<unknown>;

/** Makes a scheme whose methods are typed by its schema. */
export function defineAuthScheme<S extends z.ZodObject>(
  scheme: AuthSchemeOf<WithSecrets<z.output<S>>> & { readonly settings: S },
): AuthScheme {
  return scheme;
}
