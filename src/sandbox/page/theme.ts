// Light or dark: as the system says, or as somebody chose on this page. Kept in this browser.
import { useLayoutEffect, useState } from 'react';

/** What was chosen. */
export type Theme = 'system' | 'light' | 'dark';

const key = 'sandbox-theme';
const read = (): Theme => {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
};

/** The theme, and how to choose another. */
export function useTheme(): readonly [theme: Theme, choose: (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(read);
  useLayoutEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    localStorage.setItem(key, theme);
  }, [theme]);
  return [theme, setTheme];
}
