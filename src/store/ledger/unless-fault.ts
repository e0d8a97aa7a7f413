// For looks that go through many rows: one that cannot be believed is passed over. Whoever loaded it has said so.
import { RecordFaultError } from '../../core/timeline/record-fault.ts';

/** What was loaded; null where the record cannot be believed. */
export async function unlessFault<T>(loading: Promise<T>): Promise<T | null> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof RecordFaultError) return null;
    throw error;
  }
}
