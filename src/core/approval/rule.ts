// The parts of an approval's rule as they are stored with the playbook and with every request. Shapes only: what counts and who is called is
// said beside.
import { z } from 'zod';

const count = z.number().int().min(1).max(20);

/** So many people out of names. `where`: CEL over who votes that must hold as well; `groups`: from so many different ones of the names. */
export const ApprovalFactor = z.object({
  n: count,
  of: z.array(z.string().min(1)).min(1),
  where: z.string().exactOptional(),
  groups: z.number().int().min(2).max(20).exactOptional(),
});
export type ApprovalFactor = z.infer<typeof ApprovalFactor>;

/**
 * Factors that must all hold. Without `people` everybody counts for one factor alone; with it, one person may stand for several, and so
 * many different people must have agreed.
 */
export const Threshold = z.object({
  factors: z.array(ApprovalFactor).min(1),
  people: count.exactOptional(),
});
export type Threshold = z.infer<typeof Threshold>;

/** Who is called after how long, counted from the request. They may decide from then on. `notify`: an endpoint outside, which never decides. */
export const ApprovalRung = z.object({
  afterMs: z.number().int().min(1000),
  to: z.array(z.string().min(1)),
  notify: z.string().exactOptional(),
});
export type ApprovalRung = z.infer<typeof ApprovalRung>;

/** A check outside. `expect`: CEL over `status` and `body` of the answer, which must be true. */
export const ApprovalGate = z.object({
  name: z.string(),
  url: z.string(),
  method: z.enum(['GET', 'POST']),
  expect: z.string(),
  timeoutMs: z.number().int().min(100).max(60_000),
});
export type ApprovalGate = z.infer<typeof ApprovalGate>;
