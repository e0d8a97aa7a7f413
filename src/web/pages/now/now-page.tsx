// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function NowPage() {
  useTitle('NowPage');
  return <p className="p-6">NowPage</p>;
}
