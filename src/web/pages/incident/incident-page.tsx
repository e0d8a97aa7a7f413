// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function IncidentPage() {
  useTitle('IncidentPage');
  return <p className="p-6">IncidentPage</p>;
}
