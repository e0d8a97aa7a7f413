// The slider below the swimlane: what was known at that moment. The moment stands in the address, so that a link shows the same.
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useZone } from '../../data/preferences.ts';
import { Button } from '../../kit/button.tsx';
import type { Scale } from '../../model/swimlane.ts';
import { clockText } from '../../model/time.ts';

const route = getRouteApi('/incidents/$number');
/** While it is drawn, the page follows this often. */
const followMs = 120;

/** The slider; at its end it is live. `firstMs`: before that nothing was known. */
export function TimeSlider({ scale, firstMs, at }: { scale: Scale; firstMs: number; at: string | null }) {
  const navigate = route.useNavigate();
  const zone = useZone();
  const [drawn, setDrawn] = useState<number | null>(null);
  useEffect(() => {
    if (drawn === null) return;
    const timer = setTimeout(() => {
      const isEnd = drawn >= scale.toMs - 500;
      void navigate({
        search: { at: isEnd ? undefined : new Date(Math.max(drawn, firstMs)).toISOString() },
        replace: true,
        resetScroll: false,
      }).then(() => setDrawn(null));
    }, followMs);
    return () => clearTimeout(timer);
  }, [drawn, navigate, scale.toMs, firstMs]);
  const value = drawn ?? (at === null ? scale.toMs : Date.parse(at));
  const shown = drawn !== null || at !== null ? clockText(new Date(value).toISOString(), zone) : null;
  return (
    <div className="grid min-h-11 items-center border-t bg-surface text-xs md:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="flex items-center justify-between gap-2 px-3 max-md:pt-2">
        <span className="text-muted" aria-hidden="true">
          {shown === null ? (
            'As known now'
          ) : (
            <>
              As known at <span className="tabular font-medium text-ink">{shown}</span>
            </>
          )}
        </span>
        {at !== null && (
          <Button size="small" onClick={() => void navigate({ search: {}, replace: true, resetScroll: false })}>
            Back to now
          </Button>
        )}
      </div>
      <input
        type="range"
        aria-label="As known at"
        aria-valuetext={shown ?? 'now'}
        min={scale.fromMs}
        max={scale.toMs}
        step={Math.max(100, Math.round((scale.toMs - scale.fromMs) / 400))}
        value={value}
        onChange={(event) => setDrawn(Number(event.target.value))}
        className="slider w-full max-md:px-3"
      />
    </div>
  );
}
