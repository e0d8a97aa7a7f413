// What the head of a page tells the browser to load at once: the answers that the page begins with, for whoever may read them.
import { describe, expect, it } from 'vitest';
import { givenSignIn } from '../support/given/sign-in.ts';

const asked = (html: string) =>
  [...html.matchAll(/<link rel="preload" as="fetch" crossorigin href="([^"]+)">/g)].map(([, address]) => address);

/** The page at an address, for somebody who has signed in. */
async function opened(path: string): Promise<string> {
  const browser = givenSignIn().browser();
  await browser.signIn('/');
  return (await browser.open(path)).body;
}

describe('the head of a page', () => {
  it('asks for what the page of an incident begins with, as the page does', async () => {
    expect(asked(await opened('/incidents/7'))).toEqual([
      '../api/v1/me',
      '../api/v1/approvals?status=open&amp;limit=100',
      '../api/v1/incidents/7',
      '../api/v1/incidents/7/frame',
      '../api/v1/incidents/7/ledger?limit=200',
      '../api/v1/people',
    ]);
  });

  it('asks for nothing of now where the address names a moment', async () => {
    expect(asked(await opened('/incidents/7?at=2026-11-26T13:00:00.000Z'))).toEqual([
      '../api/v1/me',
      '../api/v1/approvals?status=open&amp;limit=100',
    ]);
  });

  it('holds what stands in an address as a part of an address', async () => {
    expect(asked(await opened('/incidents/7%22%3E%3Cscript%3E'))).toContain(
      '../api/v1/incidents/7%22%3E%3Cscript%3E/frame',
    );
  });

  it('asks for nothing in the name of somebody who is not known', async () => {
    const { body } = await givenSignIn({ providers: {} }).browser().open('/incidents/7');
    expect(body).toContain('</head>');
    expect(asked(body)).toEqual([]);
  });
});
