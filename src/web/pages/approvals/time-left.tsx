// How much time a request has left, as a bar and in words.
import type { ApiApproval } from '../../../contract/approval.ts';
import { useNow } from '../../kit/now.ts';
import { cx } from '../../kit/tone.ts';
import { timeLeft } from '../../model/approval.ts';
import { roughText } from '../../model/time.ts';

/** The bar; it turns red towards the end. */
export function TimeLeft({ approval }: { approval: Pick<ApiApproval, 'requestedAt' | 'expiresAt'> }) {
  const now = useNow();
  const left = timeLeft(approval, now);
  const words = `${roughText(Date.parse(approval.expiresAt) - now)} left`;
  return (
    <span className="inline-flex items-center gap-2 text-xs whitespace-nowrap text-muted">
      <span className="h-1 w-14 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <span
          className={cx('block h-full rounded-full', left < 0.2 ? 'bg-red' : 'bg-amber')}
          style={{ width: `${left * 100}%` }}
        />
      </span>
      <span className="tabular">{words}</span>
    </span>
  );
}
