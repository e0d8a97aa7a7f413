// What is owed to people who were shown that an incident burns: its end, on every surface. Says what is open; that it is told is the
// business of others.
import type { IncidentState } from './state.ts';

/** A message about an incident, as it stands somewhere. */
export type IncidentMessage = {
  readonly key: string;
  /** It says that something burns. */
  readonly showsFiring: boolean;
  /** Slack's code of the last refusal; null: it took the message. */
  readonly refused: string | null;
  /** Another surface has told its readers the end: it cannot be reached any more. */
  readonly passedOn: boolean;
};

/** The messages that still say it burns although it is over, and those that were refused. At rest there is none. */
export const owedMessages = <M extends IncidentMessage>(
  { status }: Pick<IncidentState, 'status'>,
  shown: readonly M[],
): readonly M[] =>
  shown.filter(
    ({ showsFiring, refused, passedOn }) => !passedOn && (refused !== null || (showsFiring && status !== 'open')),
  );
