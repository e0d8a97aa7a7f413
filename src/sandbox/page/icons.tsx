// The page's few icons, drawn here so that they look alike everywhere. They say nothing: whatever shows one names it in words.

const paths = {
  lock: 'M4 7V5a4 4 0 0 1 8 0v2m-9 0h10v7H3z',
  pin: 'M8 10v5M5 2h6l-1 4 2 2v2H4V8l2-2z',
  link: 'M6.5 9.5 9.5 6.5M7 4.5 8.5 3a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3 3 0 0 1 3 8.5L4.5 7',
  clip: 'm13 7-5.5 5.5a3 3 0 0 1-4.5-4.5L8.5 2.5a2 2 0 0 1 3 3L6 11a1 1 0 0 1-1.5-1.5L9 5',
  plus: 'M8 3v10M3 8h10',
  more: 'M3.2 8h.6M7.7 8h.6M12.2 8h.6',
  smile: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6 7h.01M10 7h.01M5.5 9.5a3 3 0 0 0 5 0',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h11',
} as const;

/** An icon of the size of the text around it. */
export const Icon = ({ name }: { readonly name: keyof typeof paths }) => (
  <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
