// A private incident is there for its members alone: over every route, stream, page and export whoever is none gets to the letter the answer
// for an id that never was, and lists and their pages are as if it were not there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '../../src/client/api-client.ts';
import { partsOf, type RouteName, routes } from '../../src/contract/routes.ts';
import { Right } from '../../src/core/authority/right.ts';
import { Engine } from '../support/cluster/engine.ts';
import { type AnyRequest, filledPath, type SentPlace, sentTo } from '../support/cluster/sent-requests.ts';

const title = 'somebody reads the pay-roll';
let absent: SentPlace = {
  incident: 'inc_01kb0000000000000000000000',
  run: 'run_01kb0000000000000000000000',
  approval: '',
  planDigest: `sha256:${'0'.repeat(64)}`,
  actionItem: '999999-1',
};
const engine = new Engine('PostgreSQL', {
  roles: { deciders: { tokens: ['decider'] }, 'security-team': { tokens: ['officer'] } },
});
const tokens: { [name: string]: string } = {};
let owner: ApiClient;
let place: SentPlace;
let number: number;

const apiOf = (token?: string) => createApiClient({ api: `${engine.app.url}/api/v1`, token: () => token ?? null });
const as = (name: string) => apiOf(tokens[name]);

beforeAll(async () => {
  engine.playbook('ask', '  - { id: ask, uses: approval, with: { message: "?" }, approval: { from: ["@deciders"] } }');
  await engine.start();
  owner = apiOf();
  const rights = Right.options.filter((right) => right !== 'bypass');
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  for (const name of ['outsider', 'insider', 'decider', 'officer'])
    tokens[name] = (await owner.call('POST /tokens', { body: { name, rights, expiresAt } })).token;
  await owner.call('POST /incidents', { body: { title: 'an old one' } });
  const declared = await as('insider').call('POST /incidents', { body: { title, private: true } });
  number = declared.number;
  const started = await as('insider').call('POST /playbooks/:name/runs', {
    params: { name: 'ask' },
    body: { inputs: { target: 'x', key: 'k' }, incident: declared.id },
  });
  if ('dryRun' in started) throw new Error('it was played, not started');
  const { id: approval, planDigest } = await engine.asked(started.id);
  const { id: actionItem } = await as('insider').call('POST /action-items', {
    body: { incident: declared.id, text: 'rotate the keys' },
  });
  place = { incident: declared.id, run: started.id, approval, planDigest, actionItem };
  absent = { ...absent, approval: approval.replace(started.id.slice(4), absent.run.slice(4)) };
  await owner.call('POST /incidents', { body: { title: 'a new one' } });
}, 60_000);
afterAll(() => engine.stop());

/** Asks a route; answers its status and text, with the ids of `at` replaced by words. */
async function answerOf(name: RouteName, request: AnyRequest, token: string | undefined, at: SentPlace) {
  const { method } = partsOf(name);
  const { body } = request;
  const answer = await fetch(`${engine.app.url}/api/v1${filledPath(name, request)}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const words = { item: at.actionItem, approval: at.approval, run: at.run, incident: at.incident };
  const text = Object.entries(words).reduce((said, [word, id]) => said.replaceAll(id, word), await answer.text());
  return { status: answer.status, type: answer.headers.get('content-type'), text };
}

const names = (Object.keys(routes) as RouteName[]).filter((name) => name !== 'GET /stream');
/** Routes that are asked about one incident, or anything of it. */
const aboutOne = () =>
  names.filter((name) => JSON.stringify(sentTo(place)[name]) !== JSON.stringify(sentTo(absent)[name]));
/** The same routes where they name it in another way. */
const others = (at: SentPlace): readonly (readonly [RouteName, AnyRequest])[] => [
  ['GET /runs', { query: { incident: at.incident } }],
  [
    'POST /playbooks/:name/runs',
    { params: { name: 'ask' }, body: { inputs: { target: 'x', key: 'k' }, incident: at.incident } },
  ],
  [
    'POST /playbooks/:name/runs',
    { params: { name: 'ask' }, body: { inputs: { target: 'x', key: 'k' }, incident: at.incident, dryRun: true } },
  ],
  ['POST /incidents/:id/merge', { params: { id: '1' }, body: { into: at.incident } }],
  ...(['md', 'json', 'html', 'csv', 'bundle'] as const).map(
    (format) => ['GET /incidents/:id/timeline', { params: { id: at.incident }, query: { format } }] as const,
  ),
];

describe('a private incident, to whoever is none of its members', () => {
  it('is answered on every route as an id that never was', async () => {
    expect(aboutOne().length).toBeGreaterThan(20);
    const asked = (at: SentPlace) => [...aboutOne().map((name) => [name, sentTo(at)[name]] as const), ...others(at)];
    const [there, nowhere] = [asked(place), asked(absent)];
    for (const [i, [name, request]] of there.entries()) {
      const seen = await answerOf(name, request, tokens['outsider'], place);
      const [, never = request] = nowhere[i] ?? [];
      expect(seen, name).toEqual(await answerOf(name, never, tokens['outsider'], absent));
      expect(seen.text, name).not.toContain(title);
    }
    const byNumber = { params: { id: String(number) } };
    expect((await answerOf('GET /incidents/:id', byNumber, tokens['outsider'], place)).status).toBe(404);
  }, 60_000);

  it('stands in no list, and the pages of lists are as if it were not there', async () => {
    const lists = names.filter((name) => name.startsWith('GET ') && !aboutOne().includes(name));
    for (const name of lists) {
      const { text } = await answerOf(name, sentTo(absent)[name], tokens['outsider'], absent);
      for (const word of [title, place.incident, place.run, place.approval]) expect(text, name).not.toContain(word);
    }
    const outsider = as('outsider');
    const first = await outsider.call('GET /incidents', { query: { limit: 1 } });
    expect(first.items.map((one) => one.title)).toEqual(['a new one']);
    const second = await outsider.call('GET /incidents', { query: { limit: 1, cursor: first.cursor ?? '' } });
    expect(second.items.map((one) => one.title)).toEqual(['an old one']);
    expect(second.cursor).toBeNull();
    expect((await outsider.call('GET /approvals', { query: { limit: 1 } })).items).toEqual([]);
    expect((await as('insider').call('GET /incidents', {})).items).toHaveLength(3);
  });

  it('is told on the stream to its members alone, and what follows is told in order', async () => {
    const heard = await Promise.all(['outsider', 'insider'].map((name) => listen(tokens[name] ?? '')));
    await as('insider').call('POST /incidents/:id/note', { params: { id: place.incident }, body: { text: 'private' } });
    await owner.call('POST /incidents/:id/note', { params: { id: '1' }, body: { text: 'public' } });
    const one = await owner.call('GET /incidents/:id', { params: { id: '1' } });
    const [outside = [], inside = []] = await Promise.all(heard.map((listener) => listener.until(one.id)));
    expect(outside).toEqual([one.id]);
    expect(inside).toEqual([place.incident, one.id]);
  });

  it('has no page, and neither have its runs', async () => {
    const page = async (path: string) => {
      const answer = await fetch(`${engine.app.url}${path}`, {
        headers: { authorization: `Bearer ${tokens['outsider']}`, accept: 'text/html' },
        redirect: 'manual',
      });
      return { status: answer.status, text: (await answer.text()).replaceAll(/run_\w+|incidents?[ /]\d+/g, 'it') };
    };
    expect(await page(`/incidents/${number}`)).toEqual(await page('/incidents/999'));
    expect(await page(`/runs/${place.run}`)).toEqual(await page(`/runs/${absent.run}`));
  });
});

describe('what names a private incident without being it', () => {
  const send = async (name: string, path: string, body: unknown, key: string) => {
    const answer = await fetch(`${engine.app.url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokens[name]}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };

  it('is no answer that was kept for a request: not for somebody else, and not for who was taken out', async () => {
    const body = { title: 'a second leak', private: true, members: ['token:officer'] };
    const first = await send('insider', '/incidents', body, 'the-same');
    expect(first.status).toBe(201);
    const { id } = JSON.parse(first.text) as { id: string };
    const others = await send('outsider', '/incidents', body, 'the-same');
    expect(others.status).toBe(201);
    expect(others.text).not.toContain(id);
    const noted = await send('officer', `/incidents/${id}/note`, { text: 'looked' }, 'note-1');
    expect(noted.status).toBe(200);
    await as('insider').call('POST /incidents/:id/uninvite', { params: { id }, body: { members: ['token:officer'] } });
    const again = await send('officer', `/incidents/${id}/note`, { text: 'looked' }, 'note-1');
    expect(again.status).toBe(404);
    expect(again.text).not.toContain('a second leak');
  });

  it('is nothing that is read of another incident, however like it they are, nor what is found by its words', async () => {
    const like = await owner.call('POST /incidents', { body: { title } });
    const at = { ...absent, incident: like.id };
    const asked: (readonly [RouteName, AnyRequest])[] = names
      .filter((name) => name.startsWith('GET ') && JSON.stringify(sentTo(at)[name]).includes(like.id))
      .map((name) => [name, sentTo(at)[name]]);
    expect(asked.map(([name]) => name)).toEqual(
      expect.arrayContaining(['GET /incidents/:id/similar', 'GET /incidents/:id/timeline', 'GET /incidents/:id/frame']),
    );
    asked.push(['GET /incidents', { query: { q: 'pay-roll' } }]);
    for (const [name, request] of asked) {
      const { text } = await answerOf(name, request, tokens['outsider'], absent);
      for (const word of [place.incident, place.run, place.approval]) expect(text, name).not.toContain(word);
    }
  });

  it('is no incident that ended in it, for who was taken out of the one that goes on', async () => {
    const made = (title_: string) =>
      as('insider').call('POST /incidents', { body: { title: title_, private: true, members: ['token:officer'] } });
    const [from, into] = [await made('it ends'), await made('it goes on')];
    await as('insider').call('POST /incidents/:id/merge', { params: { id: from.id }, body: { into: into.id } });
    const officer = as('officer');
    expect((await officer.call('GET /incidents/:id', { params: { id: from.id } })).mergedInto?.id).toBe(into.id);
    await as('insider').call('POST /incidents/:id/uninvite', {
      params: { id: into.id },
      body: { members: ['token:officer'] },
    });
    const seen = [
      await officer.call('GET /incidents/:id', { params: { id: from.id } }),
      await officer.call('GET /incidents/:id/frame', { params: { id: from.id } }),
      await officer.call('GET /incidents', {}),
    ];
    for (const answer of seen) expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${into.id}|it goes on`));
  });
});

describe('who may know of a private incident', () => {
  it('is whoever declared it, who is asked to approve in it, and the owner of the machine', async () => {
    const { incident: id } = place;
    for (const api of [as('insider'), as('decider'), owner])
      expect(await api.call('GET /incidents/:id', { params: { id } })).toMatchObject({
        title,
        private: true,
        members: ['token:insider'],
      });
  });

  it('is whoever is invited, by name or role, until taken out', async () => {
    const { incident: id } = place;
    const insider = as('insider');
    const sees = async (name: string) =>
      (await answerOf('GET /incidents/:id', { params: { id } }, tokens[name], place)).status;
    expect(await sees('officer')).toBe(404);
    await insider.call('POST /incidents/:id/invite', { params: { id }, body: { members: ['@security-team'] } });
    expect(await sees('officer')).toBe(200);
    const taken = await insider.call('POST /incidents/:id/uninvite', {
      params: { id },
      body: { members: ['@security-team'] },
    });
    expect(taken.members).toEqual(['token:insider']);
    expect(await sees('officer')).toBe(404);
    const told = await insider.call('GET /incidents/:id/timeline', { params: { id } });
    expect(told.items.map(({ type }) => type)).toEqual(expect.arrayContaining(['members.joined', 'members.left']));
  });

  it('is never nobody: the last member is not taken out, and one that is not private has no members', async () => {
    const { incident: id } = place;
    const last = { params: { id }, body: { members: ['token:insider'] } };
    expect((await answerOf('POST /incidents/:id/uninvite', last, tokens['insider'], place)).status).toBe(409);
    const open = { params: { id: '1' }, body: { members: ['U0BEN'] } };
    expect((await answerOf('POST /incidents/:id/invite', open, tokens['insider'], place)).status).toBe(409);
  });

  it('is not told by a merge: a private incident ends in a private one only, whose members are then those of both', async () => {
    const { incident: id } = place;
    const into = { params: { id }, body: { into: '1' } };
    expect((await answerOf('POST /incidents/:id/merge', into, tokens['insider'], place)).status).toBe(409);
    const other = await as('officer').call('POST /incidents', {
      body: { title: 'the same', private: true, members: ['token:insider'] },
    });
    const merged = await as('insider').call('POST /incidents/:id/merge', {
      params: { id: other.id },
      body: { into: id },
    });
    expect(merged.members).toEqual(['token:insider', 'token:officer']);
  });
});

it('the thread of an incident in the announce channel is found by the message that it hangs on, and no other message', async () => {
  const { messages } = engine.app.store;
  const at = { digest: 'd', version: 1, showsFiring: true };
  for (const [key, ts] of [
    ['announced/inc_9', '1.000001'],
    ['card/inc_9', '2.000002'],
  ] as const) {
    await messages.begin({ key, incidentId: 'inc_9', channelId: 'C9' });
    await messages.sent(key, { ...at, ts });
  }
  expect(await messages.incidentOfThread({ channelId: 'C9', ts: '1.000001' })).toBe('inc_9');
  expect(await messages.incidentOfThread({ channelId: 'C9', ts: '2.000002' })).toBeNull();
  expect(await messages.incidentOfThread({ channelId: 'C8', ts: '1.000001' })).toBeNull();
});

/** Listens to the stream as somebody; `until`: the incidents of notes told up to one of this incident. */
async function listen(token: string) {
  const closer = new AbortController();
  const answer = await fetch(`${engine.app.url}/api/v1/stream`, {
    headers: { authorization: `Bearer ${token}` },
    signal: closer.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const readOn = async (done: () => boolean) => {
    while (!done()) text += (await reader?.read())?.value ?? '';
  };
  await readOn(() => text.includes('event: ready'));
  const notes = () =>
    [...text.matchAll(/data: (\{.*\})/g)]
      .map(([, json = '{}']) => JSON.parse(json) as { incident?: string; type?: string })
      .filter(({ type }) => type === 'note.added')
      .map(({ incident }) => incident);
  return {
    async until(incident: string) {
      await readOn(() => notes().includes(incident));
      closer.abort();
      return notes();
    },
  };
}
