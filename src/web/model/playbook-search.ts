// What the address of a playbook's page says. Pure; what it does not know is left out.

const tabs = ['stages', 'source', 'runs'] as const;

/** What stands behind the `?`. */
export type PlaybookSearch = {
  /** The part that is shown; absent: what it does. */
  readonly tab?: (typeof tabs)[number] | undefined;
  /** Digests of the two versions that are held side by side. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The form to run it by hand is open. */
  readonly run?: 'open' | undefined;
};

const digest = (value: unknown): string | undefined =>
  typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value) ? value : undefined;

/** Reads the address. */
export const readPlaybookSearch = (raw: { readonly [name: string]: unknown }): PlaybookSearch => ({
  tab: tabs.find((tab) => tab === raw['tab']),
  from: digest(raw['from']),
  to: digest(raw['to']),
  run: raw['run'] === 'open' ? 'open' : undefined,
});
