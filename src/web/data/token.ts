// The API token of this tab, where somebody shows one instead of signing in. It goes nowhere but to our own API.
const tokenKey = 'firebreak.token';

/** The token; null: none was shown. */
export const heldToken = (): string | null => sessionStorage.getItem(tokenKey) || null;
/** Keeps it for as long as this tab lives. */
export const keepToken = (token: string): void => sessionStorage.setItem(tokenKey, token);
/** Forgets it. */
export const dropToken = (): void => sessionStorage.removeItem(tokenKey);
