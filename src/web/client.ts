// The page's client of the API, with the token of this tab. Shows nothing.
import { createApiClient } from '../client/api-client.ts';
import { pageHeader } from '../contract/page-header.ts';

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

/** Ends the session of this browser, and goes where one can sign in again. */
export async function signOut(): Promise<void> {
  const answer = await fetch('sign-out', { method: 'POST', headers: { [pageHeader]: '1' }, redirect: 'manual' });
  if (answer.type !== 'opaqueredirect' && !answer.ok) throw new Error('Not signed out: the server refused.');
  location.assign('sign-in?stay=1');
}
