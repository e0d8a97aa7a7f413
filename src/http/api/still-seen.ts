// Whether whoever sends a request again may still know of what its kept answer tells. Reads only.
import { ids } from '../../core/ids.ts';
import type { KeptAnswer } from '../../ports/api.ts';
import type { SeenReads } from '../../ports/reads.ts';

/** An answer, and the path that it was given to: an incident may be named in either. */
export type GivenAnswer = { readonly path: string; readonly answer: KeptAnswer };

/** True if every incident and run that it names may be known of: it was kept for somebody who may have been taken out since. */
export async function stillSeen(
  reads: Pick<SeenReads, 'sees' | 'run'>,
  { path, answer }: GivenAnswer,
): Promise<boolean> {
  const text = `${path} ${answer.body}`;
  for (const id of ids('inc', text)) if (!(await reads.sees(id))) return false;
  for (const id of ids('run', text)) if ((await reads.run(id)) === null) return false;
  return true;
}
