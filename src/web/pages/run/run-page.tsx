// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function RunPage() {
  useTitle('RunPage');
  return <p className="p-6">RunPage</p>;
}
