// The page's client of the API, with the token of this tab. Shows nothing.
import { createApiClient } from '../client/api-client.ts';

const tokenKey = 'firebreak.token';

/** Keeps the token for as long as this tab lives. */
export function keepToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

/** The API of the Firebreak that serves this page, also where a proxy serves it below a path. */
export const client = createApiClient({
  api: 'api/v1',
  token: () => sessionStorage.getItem(tokenKey) || null,
});
