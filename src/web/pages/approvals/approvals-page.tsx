// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function ApprovalsPage() {
  useTitle('ApprovalsPage');
  return <p className="p-6">ApprovalsPage</p>;
}
