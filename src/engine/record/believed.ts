// For work that goes through many streams: one that cannot be believed is passed over, as if it were not there. The store has said so.
import { RecordFaultError } from '../../core/timeline/record-fault.ts';

/** What was loaded; null where the record cannot be believed. */
export async function believed<T>(loading: Promise<T | null>): Promise<T | null> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof RecordFaultError) return null;
    throw error;
  }
}
