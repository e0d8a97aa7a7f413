// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function PlaybooksPage() {
  useTitle('PlaybooksPage');
  return <p className="p-6">PlaybooksPage</p>;
}
