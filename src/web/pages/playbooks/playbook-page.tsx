// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function PlaybookPage() {
  useTitle('PlaybookPage');
  return <p className="p-6">PlaybookPage</p>;
}
