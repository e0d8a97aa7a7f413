// What stands where no page is.
import { Link } from '@tanstack/react-router';
import { useTitle } from '../kit/title.ts';

/** Says so, and leads on. */
export function NoSuchPage() {
  useTitle('There is no such page');
  return (
    <div className="mx-auto max-w-lg space-y-3 px-5 py-16">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="text-muted">
        The link may be cut, or of another Firebreak. The search finds incidents, runs and playbooks.
      </p>
      <Link to="/" className="font-medium text-accent underline-offset-4 hover:underline">
        To what happens now
      </Link>
    </div>
  );
}
