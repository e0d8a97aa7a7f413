// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function IncidentsPage() {
  useTitle('IncidentsPage');
  return <p className="p-6">IncidentsPage</p>;
}
