// Where secrets may be kept: what a secret provider is given and what it answers.
import type { Result } from '../core/result.ts';

/** What a provider may look at. */
export type SecretContext = {
  /** The environment as it was read at the start; nothing but config/ reads the process's own. */
  readonly env: { readonly [name: string]: string | undefined };
};

/** A place where secrets are kept. `{ <id>: reference }` in firebreak.yaml names one secret there. */
export type SecretProvider = {
  /** Lower-case word; the key in firebreak.yaml. */
  readonly id: string;
  /** What stands after the key, as messages and docs show it: `NAME`, `PATH`. */
  readonly reference: string;
  /** Markdown for people who configure it: what it reads and when. */
  readonly docs: string;
  /**
   * Fetches one secret, once, when the configuration is read. The error is one line that names the reference and says what is
   * wrong with it; it never holds a value. White space around the value is not part of it, and an empty value is an error.
   */
  readonly resolve: (reference: string, context: SecretContext) => Result<string, string>;
};
