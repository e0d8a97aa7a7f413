// What this process has found contradicted in the record: said once a stream in the log, and kept for whoever asks.
import type { BadPlace } from '../../core/timeline/chain.ts';
import { placeText } from '../../core/timeline/record-fault.ts';
import type { Log } from '../../ports/runtime.ts';

/** The places, one for each stream, the latest. */
export type RecordFaults = {
  readonly found: (place: BadPlace) => void;
  readonly known: () => readonly BadPlace[];
};

/** An empty list of places. */
export function createRecordFaults(log: Pick<Log, 'error'>): RecordFaults {
  const places = new Map<string, BadPlace>();
  return {
    found(place) {
      if (places.get(place.streamId)?.problem !== place.problem)
        log.error(
          { stream: place.streamId, place: placeText(place) },
          'the record cannot be believed here; nothing of this stream is acted on: run `firebreak audit verify`',
        );
      places.set(place.streamId, place);
    },
    known: () => [...places.values()],
  };
}
