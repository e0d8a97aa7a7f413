// What the addresses of the alert pages say. Pure; what it does not know is left out.

/** A part of the page of alerts. */
export type AlertPart = 'groups' | 'explain' | 'silences' | 'deliveries';

/** What stands behind the `?`. */
export type AlertSearch = {
  /** Groups: only those that hold something now. */
  readonly only?: 'held' | undefined;
  /** Explain: which alert, at which instant. */
  readonly fingerprint?: string | undefined;
  readonly at?: string | undefined;
  /** Silences: a form for these matchers is open. */
  readonly silence?: string | undefined;
  /** Deliveries: only those that stand so. */
  readonly status?: 'accepted' | 'processed' | 'dead' | undefined;
};

const text = (value: unknown, most: number): string | undefined => {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' ? written.slice(0, most) : undefined;
};

/** Reads the address. */
export function readAlertSearch(raw: { readonly [name: string]: unknown }): AlertSearch {
  const { only, at, status } = raw;
  return {
    only: only === 'held' ? only : undefined,
    fingerprint: text(raw['fingerprint'], 500) || undefined,
    at: typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? at : undefined,
    silence: text(raw['silence'], 2000),
    status: status === 'accepted' || status === 'processed' || status === 'dead' ? status : undefined,
  };
}
