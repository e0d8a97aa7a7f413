// Bad input against a running Firebreak: each gets its clear error, and everything else goes on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '../../src/sandbox/deliver.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

let firebreak: Firebreak;
beforeAll(async () => {
  firebreak = await createFirebreak();
  await firebreak.start();
});
afterAll(async () => firebreak.close());

const token = { authorization: 'Bearer a-webhook-token-for-tests' };
const json = { 'content-type': 'application/json' };
const post = async (path: string, body: string, headers: { [name: string]: string } = { ...json, ...token }) => {
  const answer = await fetch(`${firebreak.url()}${path}`, { method: 'POST', headers, body });
  return {
    status: answer.status,
    body: (await answer.json().catch(() => null)) as {
      code?: string;
      detail?: string;
      receipt?: string;
      status?: string;
    } | null,
  };
};
const alert = (labels: unknown) =>
  JSON.stringify({
    version: '4',
    alerts: [{ status: 'firing', labels, fingerprint: JSON.stringify(labels).slice(0, 60) }],
  });

describe('a delivery', () => {
  const cases: readonly [string, () => ReturnType<typeof post>, number, string][] = [
    ['that is not JSON', () => post('/hooks/alertmanager', 'no json'), 400, 'unreadable'],
    ['that is empty', () => post('/hooks/alertmanager', ''), 400, 'unreadable'],
    ['of another shape', () => post('/hooks/alertmanager', '{"a":1}'), 422, 'unmappable'],
    ['of 9 MiB', () => post('/hooks/alertmanager', 'x'.repeat(9 * 1024 * 1024)), 413, 'too_large'],
    [
      'that nests 10 000 deep',
      () => post('/hooks/alertmanager', '['.repeat(10_000) + ']'.repeat(10_000)),
      400,
      'unreadable',
    ],
    [
      'with a wrong token',
      () => post('/hooks/alertmanager', alert({}), { ...json, authorization: 'Bearer wrong' }),
      401,
      'unauthorized',
    ],
    ['without a token', () => post('/hooks/alertmanager', alert({}), json), 401, 'unauthorized'],
    ['to an unknown source', () => post('/hooks/nothing', alert({})), 404, 'unknown_source'],
    ['to an integration nobody configured', () => post('/hooks/generic', '{}'), 401, 'not_configured'],
    [
      'of another type',
      () => post('/hooks/alertmanager', 'a=b', { ...token, 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported_media_type',
    ],
    [
      'that is encoded as nobody knows',
      () => post('/hooks/alertmanager', 'x', { ...json, ...token, 'content-encoding': 'zip' }),
      415,
      'unsupported_encoding',
    ],
    [
      'that is not what its encoding says',
      () => post('/hooks/alertmanager', 'x', { ...json, ...token, 'content-encoding': 'gzip' }),
      400,
      'unreadable',
    ],
  ];
  for (const [name, send, status, code] of cases) {
    it(`${name} is answered ${status} ${code}`, async () => {
      const answer = await send();
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body?.detail).not.toMatch(/\bat .*\.ts:/);
    });
  }

  it('that cannot be used is kept, with the reason', async () => {
    const { body } = await post('/hooks/alertmanager', '{"alerts": 7}');
    const { items } = await firebreak.get<{ items: { receipt: string; status: string; error: string }[] }>(
      '/deliveries?status=dead',
    );
    expect(items.find(({ receipt }) => receipt === body?.receipt)).toMatchObject({
      status: 'dead',
      error: expect.stringContaining('alerts'),
    });
  });

  it('with keys of the language itself, numbers, null and control characters is plain data', async () => {
    const labels =
      '{"__proto__": "x", "constructor": null, "toString": 7, "alertname": "A\\u0000\\r\\nB", "list": [1]}';
    const answer = await post(
      '/hooks/alertmanager',
      `{"version":"4","alerts":[{"status":"firing","fingerprint":"proto","labels":${labels}}]}`,
    );
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect({}).not.toHaveProperty('x');
  });

  it('twice is one delivery', async () => {
    const body = alert({ alertname: 'Twice' });
    expect((await post('/hooks/alertmanager', body)).body?.status).toBe('accepted');
    const second = await post('/hooks/alertmanager', body);
    expect(second).toMatchObject({ status: 202, body: { status: 'duplicate' } });
  });
});

describe('the API', () => {
  it('refuses what does not fit, field by field', async () => {
    const get = async (path: string, headers = {}) =>
      (await fetch(`${firebreak.url()}/api/v1${path}`, { headers })).status;
    expect(await get('/incidents?cursor=../../x')).toBe(400);
    expect(await get('/incidents?limit=0')).toBe(400);
    expect(await get('/incidents?token=abc')).toBe(401);
    expect(await get('/runs/run_none')).toBe(404);
    expect((await post('/api/v1/runs/run_none/retry', '{"unknown":1}', json)).status).toBe(400);
    expect(
      (await post('/api/v1/runs/run_none/retry', '{}', { ...json, origin: 'https://evil.example.com' })).status,
    ).toBe(403);
    expect((await post('/api/v1/playbooks/fault/runs', '{"inputs":{"nope":1}}', json)).body?.code).toBe('invalid');
  });
});

describe('Slack', () => {
  const send = (body: string, headers: { [name: string]: string }) =>
    fetch(`${firebreak.url()}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });
  const now = () => Math.floor(Date.now() / 1000);

  it('requests that are forged, old or from the future are refused', async () => {
    const body = 'command=%2Ffirebreak&text=help';
    expect((await send(body, sign('another-secret', now(), body))).status).toBe(401);
    expect((await send(body, sign('test-signing-secret', now() - 600, body))).status).toBe(401);
    expect((await send(body, sign('test-signing-secret', now() + 600, body))).status).toBe(401);
    expect((await send(body, {})).status).toBe(401);
  });

  it('a signed body that is no object is refused, and the process goes on', async () => {
    for (const body of ['null', '[]', '7', '"x"', '{', '']) {
      const headers = { ...sign('test-signing-secret', now(), body), 'content-type': 'application/json' };
      expect((await send(body, headers)).status, body).toBe(400);
    }
    for (const body of ['payload=null', 'payload=%5B%5D', 'payload=1', 'command=a&command=b'])
      expect((await send(body, sign('test-signing-secret', now(), body))).status, body).toBe(400);
    expect((await fetch(`${firebreak.url()}/readyz`)).status).toBe(200);
  });

  it('one signed declare three times is one incident', async () => {
    const { sandbox } = firebreak;
    const { team, bot } = sandbox.workspace;
    const fields = (more: { [name: string]: string }) =>
      new URLSearchParams({
        ...{ team_id: team.id, api_app_id: bot.appId, user_id: 'U0ANA', user_name: 'ana' },
        ...{ channel_id: sandbox.channel('general')?.id ?? '', command: '/firebreak', text: 'declare Replayed once' },
        ...{ response_url: 'https://evil.example.com/x', trigger_id: 'replayed.1', ...more },
      }).toString();
    const body = fields({});
    const signed = sign('test-signing-secret', now(), body);
    // The same signature, written otherwise.
    const rewritten = { ...signed, 'x-slack-signature': `${signed['x-slack-signature']}=x` };
    for (const headers of [signed, signed, rewritten]) expect((await send(body, headers)).status).toBe(200);
    for (const foreign of [{ team_id: 'T0OTHER' }, { api_app_id: 'A0OTHER' }]) {
      const other = fields({ trigger_id: `other.${JSON.stringify(foreign)}`, ...foreign });
      await send(other, sign('test-signing-secret', now(), other));
    }
    const { items } = await firebreak.get<{ items: { title: string }[] }>('/incidents');
    expect(items.filter(({ title }) => title === 'Replayed once')).toHaveLength(1);
  });

  it('answers help, unknown words, and a click on what is gone', async () => {
    const { sandbox } = firebreak;
    const general = sandbox.channel('general')?.id ?? '';
    const told = (text: RegExp) =>
      sandbox.waitFor(() =>
        sandbox.messages(general, 'U0ANA').find((message) => message.onlyFor === 'U0ANA' && text.test(message.text)),
      );
    await sandbox.command({ user: 'U0ANA', channel: general, text: 'help' });
    await told(/firebreak retry \[RUN\] \[STEP\]/);
    await sandbox.command({ user: 'U0ANA', channel: general, text: 'aprove' });
    await told(/There is no `aprove`; did you mean `approve`\?/);
    await sandbox.click({
      user: 'U0ANA',
      channel: general,
      ts: '1.000001',
      actionId: 'approval_approve',
      value: 'apr_00000000000000000000000000.1|x',
    });
    await told(/Not counted: there is no approval/);
  });

  it('asks for missing inputs in a form, and starts the run when they are there', async () => {
    const { sandbox } = firebreak;
    const general = sandbox.channel('general')?.id ?? '';
    await sandbox.command({ user: 'U0BEN', channel: general, text: 'run fault fail=no' });
    const form = await sandbox.waitFor(() => sandbox.openViews('U0BEN')[0]);
    const wrong = await sandbox.submit({
      user: 'U0BEN',
      viewId: form.id,
      values: { target: { value: 'nonsense' }, fail: { value: 'no' } },
    });
    expect(wrong.body).toMatchObject({
      response_action: 'errors',
      errors: { target: expect.stringContaining('must match') },
    });
    const right = await sandbox.submit({
      user: 'U0BEN',
      viewId: form.id,
      values: { target: { value: 'http://127.0.0.1:9' }, fail: { value: 'no' } },
    });
    expect(right.outcome).toBe('acknowledged');
    const { items } = await firebreak.get<{ items: { requestedBy: { id: string } }[] }>('/runs');
    expect(items[0]?.requestedBy.id).toBe('U0BEN');
  });
});
