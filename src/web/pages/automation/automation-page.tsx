// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function AutomationPage() {
  useTitle('AutomationPage');
  return <p className="p-6">AutomationPage</p>;
}
