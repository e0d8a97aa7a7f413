// Where it may stand who is on call besides the file: what a provider is given and what it answers.
import type { z } from 'zod';

/** Somebody as a provider knows that person. */
export type OnCallPerson = { readonly email: string | null; readonly name: string };

/** One GET, as a provider needs it. */
export type OnCallRequest = { readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** A place that knows who is on call. One more is one file and one line in the registry. */
export type OnCallProvider = {
  /** Lower-case word; the key in firebreak.yaml. */
  readonly id: string;
  /** Where it is reached unless the configuration says otherwise, without a slash at the end. */
  readonly url: string;
  /** What is asked for a schedule. `token`: the secret of the configuration. */
  readonly request: (asked: {
    readonly url: string;
    readonly schedule: string;
    readonly token: string;
  }) => OnCallRequest;
  /** The answer's shape: whoever is on call, each once. */
  readonly answer: z.ZodType<readonly OnCallPerson[]>;
};
