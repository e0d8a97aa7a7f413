// x
import { useTitle } from '../../kit/title.ts';

/** The page. */
export function SettingsPage() {
  useTitle('SettingsPage');
  return <p className="p-6">SettingsPage</p>;
}
