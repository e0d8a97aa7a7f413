// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function AlertsPage() {
  useTitle('AlertsPage');
  return <p className="p-6">AlertsPage</p>;
}
