// Holds what is stored beside a stream against the events of the stream: the chain is verified, folded, and compared. Pure.
import type { StoredEvent } from '../events.ts';
import type { IncidentState } from '../incident/state.ts';
import { canonicalJson } from '../json.ts';
import type { RunState } from '../run/state.ts';
import { stepUpFault } from '../step-up/step-up-fault.ts';
import type { BadPlace, Head, Mark, Vouch } from './chain.ts';
import { type Folded, foldStream } from './fold-stream.ts';
import { contradicted, verifiedUntil } from './verified-until.ts';

/** What is claimed of an incident's stream. `runs`: those that are to be compared. */
export type Claim = {
  readonly streamId: string;
  readonly head: Head;
  readonly incident: IncidentState;
  readonly runs: readonly RunState[];
  /** Places the stream must go through, known from elsewhere. */
  readonly marks?: readonly Mark[];
  /** What vouches for redacted events of it. */
  readonly vouch?: Vouch;
};

/** `ok` with what the events lead to, or the first bad place. */
export type Held =
  | { readonly outcome: 'ok'; readonly folded: Folded }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** Holds a claim against the events of its stream; events beyond the claimed end are not looked at. */
export async function holdAgainstChain(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  claim: Claim,
): Promise<Held> {
  const { incident, runs, vouch } = claim;
  const verified = await verifiedUntil(events, claim, vouch && (() => vouch));
  if (verified.outcome === 'bad') return verified;
  const unproven = stepUpFault(verified.events);
  if (unproven) return { outcome: 'bad', place: unproven };
  const folded = foldStream(verified.events);
  const bad = (problem: string) => contradicted(claim, problem);
  const differs = folded.incident === null ? 'everything' : difference(incident, folded.incident);
  if (differs !== null) return bad(`the stored state of the incident is not what its events lead to (${differs})`);
  for (const run of runs) {
    const told = folded.runs.get(run.runId);
    if (!told) return bad(`the stored run ${run.runId} is not in the events`);
    const member = difference(run, told);
    if (member !== null) return bad(`the stored state of ${run.runId} is not what its events lead to (${member})`);
  }
  return { outcome: 'ok', folded };
}

/**
 * The first member in which a stored state differs from the folded one; null: none. A member that an earlier version did not
 * store is none: the folded one counts.
 */
export function difference(stored: object, folded: object): string | null {
  const told = new Map<string, unknown>(Object.entries(folded));
  for (const [name, value] of Object.entries(stored))
    if (canonicalJson(value) !== canonicalJson(told.get(name))) return name;
  return null;
}
