// The slider below the swimlane: what was known at that moment. Where the moment is kept, the page says.
import { useEffect, useState } from 'react';
import { useZone } from '../../data/preferences.ts';
import { Button } from '../../kit/button.tsx';
import type { Scale } from '../../model/swimlane.ts';
import { clockText } from '../../model/time.ts';

/** Goes to what was known at an instant; null: to the end. */
export type MoveTo = (at: string | null) => Promise<void>;

/** While it is drawn, the page follows this often. */
const followMs = 120;

type SliderProps = {
  readonly scale: Scale;
  /** Before that nothing was known. */
  readonly firstMs: number;
  readonly at: string | null;
  /** Names its end, such as `now`. */
  readonly end: string;
  readonly moveTo: MoveTo;
};

/** The slider. */
export function TimeSlider({ scale, firstMs, at, end, moveTo }: SliderProps) {
  const zone = useZone();
  const [drawn, setDrawn] = useState<number | null>(null);
  useEffect(() => {
    if (drawn === null) return;
    const timer = setTimeout(() => {
      const isEnd = drawn >= scale.toMs - 500;
      void moveTo(isEnd ? null : new Date(Math.max(drawn, firstMs)).toISOString()).then(() => setDrawn(null));
    }, followMs);
    return () => clearTimeout(timer);
  }, [drawn, moveTo, firstMs, scale.toMs]);
  const value = drawn ?? (at === null ? scale.toMs : Date.parse(at));
  const shown = drawn !== null || at !== null ? clockText(new Date(value).toISOString(), zone) : null;
  return (
    <div className="grid min-h-11 items-center border-t bg-surface text-xs md:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="flex items-center justify-between gap-2 px-3 max-md:pt-2">
        <span className="text-muted" aria-hidden="true">
          {shown === null ? (
            `As known ${end}`
          ) : (
            <>
              As known at <span className="tabular font-medium text-ink">{shown}</span>
            </>
          )}
        </span>
        {at !== null && (
          <Button size="small" onClick={() => void moveTo(null)}>
            Back to {end.replace('at ', '')}
          </Button>
        )}
      </div>
      <input
        type="range"
        aria-label="As known at"
        aria-valuetext={shown ?? end}
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
