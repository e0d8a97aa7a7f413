// How far the verification is.
import type { OpeningStep } from '../../verify/messages.ts';

/** Shares of the whole, as a bundle with many entries takes them. */
function shareOf(step: OpeningStep): number {
  switch (step.step) {
    case 'reading':
      return 0.02;
    case 'parsing':
      return 0.06;
    case 'chain':
      return 0.4 + (0.55 * step.done) / step.of;
    case 'evidence':
      return 0.97;
  }
}

function wordsOf(step: OpeningStep): string {
  switch (step.step) {
    case 'reading':
      return 'Reading the file';
    case 'parsing':
      return 'Looking whether it is a bundle';
    case 'chain':
      return `Verifying the chain: ${step.done.toLocaleString('en')} of ${step.of.toLocaleString('en')} entries`;
    case 'evidence':
      return 'Verifying evidence and signature';
  }
}

/** The bar. */
export function Progress({ name, step }: { name: string; step: OpeningStep }) {
  const percent = Math.round(shareOf(step) * 100);
  return (
    <div className="mx-auto mt-[12vh] max-w-lg space-y-3">
      <h1 className="text-lg font-semibold">{name}</h1>
      <div
        role="progressbar"
        aria-label="Verification"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={wordsOf(step)}
        className="h-1.5 overflow-hidden rounded-full bg-raised"
      >
        <div
          className="h-full origin-left rounded-full bg-blue transition-transform"
          style={{ transform: `scaleX(${percent / 100})` }}
        />
      </div>
      <p className="tabular text-sm text-muted">{wordsOf(step)}</p>
    </div>
  );
}
