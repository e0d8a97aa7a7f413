// The keys that work on every page: `/` or ⌘K to search, `g` and a letter to go, `?` for the list.
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isTyping } from '../kit/list-keys.ts';
import { places } from './places.ts';

/** Within this time the letter must follow. */
const chordMs = 1200;

/** Listens for them. */
export function usePageKeys({ search, help }: { readonly search: () => void; readonly help: () => void }): void {
  const navigate = useNavigate();
  useEffect(() => {
    let begunAt = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        search();
        return;
      }
      if (isTyping(event) || document.querySelector('[role=dialog],[role=menu]')) return;
      if (event.key === '/') {
        event.preventDefault();
        search();
      } else if (event.key === '?') help();
      else if (event.key === 'g') begunAt = event.timeStamp;
      else if (begunAt > 0 && event.timeStamp - begunAt < chordMs) {
        begunAt = 0;
        const place = places.find(({ key }) => key === event.key);
        if (place) void navigate({ to: place.to });
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
