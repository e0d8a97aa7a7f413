// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function ApprovalPage() {
  useTitle('ApprovalPage');
  return <p className="p-6">ApprovalPage</p>;
}
