// The typed client of the API, against servers that are newer, or no Firebreak at all.
import { describe, expect, it } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
import { UnexpectedAnswer } from '../../src/client/api-error.ts';

describe('the client', () => {
  /** A client of a server that answers everything with this. */
  const against = (body: string, status = 200) =>
    createApiClient({ api: 'http://x/api/v1', token: () => null, fetch: async () => new Response(body, { status }) });

  it('leaves out members that a newer server has and it does not know', async () => {
    const newer = { scope: '*', by: { kind: 'user', id: 'U1', mood: 'good' }, reason: 'r', at: 'now', colour: 'red' };
    const answer = await against(JSON.stringify({ items: [newer], cursor: null, total: 1 })).call(
      'GET /kill-switches',
      {},
    );
    expect(answer).toEqual({
      items: [{ scope: '*', by: { kind: 'user', id: 'U1' }, reason: 'r', at: 'now' }],
      cursor: null,
    });
  });

  it('says so where what answers is no Firebreak', async () => {
    const odd = against('{"items":[{"scope":1}],"cursor":null}').call('GET /kill-switches', {});
    await expect(odd).rejects.toThrow(UnexpectedAnswer);
    await expect(against('<html>').call('GET /kill-switches', {})).rejects.toThrow(UnexpectedAnswer);
    const proxy = await against('<html>', 502)
      .call('GET /kill-switches', {})
      .catch((error) => error);
    expect(proxy).toMatchObject({ name: 'ApiProblem', code: 'unexpected', status: 502 });
  });
});
