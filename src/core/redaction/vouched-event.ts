// What vouches for one redacted event. Types and names only.

/** What vouches for one redacted event. `hash`: as the chain has it; `now`: SHA-256 of its canonical text as it stands since, hex. */
export type VouchedEvent = { readonly hash: string; readonly now: string };

/** Redacted events by `<stream>/<place>`, the last redaction of each. */
export type VouchedEvents = { readonly [place: string]: VouchedEvent };

/** Types of the events that record redactions. None of them is ever redacted itself. */
export const redactionTypes: ReadonlySet<string> = new Set(['record.redacted', 'evidence.redacted']);
