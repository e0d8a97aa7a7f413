// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function RunsPage() {
  useTitle('RunsPage');
  return <p className="p-6">RunsPage</p>;
}
