// A place of the record that cannot be believed, as an exception: the stored state and the chain of events contradict each other.
import type { BadPlace } from './chain.ts';

/** Thrown where such a state would be acted on. Whoever catches it acts on nothing of that stream, and other streams go on. */
export class RecordFaultError extends Error {
  override readonly name = 'RecordFaultError';
  readonly place: BadPlace;

  constructor(place: BadPlace) {
    super(`the record cannot be believed: ${placeText(place)}; run \`firebreak audit verify\``);
    this.place = place;
  }
}

/** A bad place in one line. */
export const placeText = ({ streamId, seq, problem }: BadPlace): string => `${streamId} event ${seq}: ${problem}`;
