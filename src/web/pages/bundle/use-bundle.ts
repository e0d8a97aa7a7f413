// The file that is open: from choosing it to what its verification came to. One worker as long as the page stands.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { BadEntry, OpeningStep, VerifiedBundle } from '../../verify/messages.ts';
import { startVerifier, type Verifier } from '../../verify/verifier.ts';

/** A bundle that was verified and stays open in the worker; `opening` tells one from the next. */
export type OpenBundle = {
  readonly name: string;
  readonly bundle: VerifiedBundle;
  readonly tookMs: number;
  readonly opening: number;
  readonly ask: Verifier['ask'];
};

/** How answers about it are kept: what a file says does not change. */
export const ofFile = { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000, retry: false } as const;

/** How it stands. */
export type BundleOpening =
  | { readonly status: 'none' }
  | { readonly status: 'opening'; readonly name: string; readonly step: OpeningStep }
  | { readonly status: 'bad'; readonly name: string; readonly place: BadEntry }
  | { readonly status: 'failed'; readonly name: string; readonly message: string }
  | ({ readonly status: 'ok' } & OpenBundle);

/** The file that is open, and how to open another. */
export function useBundle(): { readonly opening: BundleOpening; readonly open: (file: File) => void } {
  const [opening, setOpening] = useState<BundleOpening>({ status: 'none' });
  const verifier = useRef<Verifier>(null);
  const opened = useRef(0);
  useEffect(() => {
    // Started before there is a file: once the page stands, it needs no server.
    verifier.current = startVerifier();
    return () => verifier.current?.end();
  }, []);
  const open = useCallback((file: File) => {
    const { current } = verifier;
    if (current === null) return;
    opened.current += 1;
    const number = opened.current;
    const { name } = file;
    const began = performance.now();
    const show = (next: BundleOpening) => {
      if (number === opened.current) setOpening(next);
    };
    show({ status: 'opening', name, step: { step: 'reading' } });
    current
      .ask('open', { file }, (step) => show({ status: 'opening', name, step }))
      .then((verdict) => {
        if (verdict.outcome === 'bad') return show({ status: 'bad', name, place: verdict.place });
        const { bundle } = verdict;
        show({ status: 'ok', name, bundle, tookMs: performance.now() - began, opening: number, ask: current.ask });
      })
      .catch((error: Error) => show({ status: 'failed', name, message: error.message }));
  }, []);
  return { opening, open };
}
