// A Firebreak as commands see it, and what they may say about where it is. Types only.
import type { ApiClient } from '../../client/api-client.ts';

/** A Firebreak, however it was found. */
export type Firebreak = {
  readonly api: ApiClient;
  /** Whether somebody is there to perform steps. */
  readonly works: () => Promise<boolean>;
  /** What is wrong with playbooks that therefore cannot be used, a line each; a server refuses to start with any. */
  readonly faults: readonly string[];
};

/** What a command says about where its Firebreak is; `server`: an address. */
export type Where = { readonly server?: string | undefined };
