// What every action promises, whichever it is: a new one is held to it from the day it stands in the list.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionSettings, createActions } from '../../src/actions/index.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { ErrorClass } from '../../src/core/playbook/playbook.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { err, ok } from '../../src/core/result.ts';
import type { Action, ActionContext, ActionResult, Chat } from '../../src/spi/action.ts';

const secret = 'hunter2-correct-horse-battery';
/** An aborted action may need this long: a command is given two seconds to obey. */
const endsWithinMs = 5000;
const maxResultBytes = 2 * 1024 * 1024;
const maxMessage = 2000;

const settings = ActionSettings.parse({
  http: { allow: ['127.0.0.1'] },
  shell: { allow: [['/usr/bin/true'], ['/bin/sh', '-c']] },
});
const never = new Promise<never>(() => undefined);

/** The world an action meets. `asked` counts what it began outside. */
type World = { readonly actions: ReadonlyMap<string, Action>; readonly chat: Chat; readonly asked: () => number };
function world(how: 'hangs' | 'fails' | 'works'): World {
  let asked = 0;
  const meet = async <T>(worked: T, failed: () => T): Promise<T> => {
    asked += 1;
    if (how === 'hangs') return never;
    return how === 'works' ? worked : failed();
  };
  const resolve = () =>
    meet<readonly string[]>(['127.0.0.1'], () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    });
  return {
    actions: createActions(settings, resolve),
    chat: {
      post: () =>
        meet<Awaited<ReturnType<Chat['post']>>>(ok({ channelId: 'C1', ts: '1.2' }), () =>
          err({ class: 'auth', code: 'not_authed', message: 'not_authed' }),
        ),
    },
    asked: () => asked,
  };
}

const context = (chat: Chat, signal: AbortSignal): ActionContext => ({
  ...{ signal, chat, idempotencyKey: 'key-1', attempt: 1, runId: 'run_1', step: 'a' },
  incident: { id: 'inc_1', number: 1, channelId: 'C1' },
  log: pino({ level: 'silent' }),
});
const perform = (
  { actions, chat }: World,
  name: string,
  input: Json,
  signal = new AbortController().signal,
): Promise<ActionResult> => {
  const action = actions.get(name);
  if (!action) throw new Error(`there is no action ${name}`);
  return action.run(input, context(chat, signal));
};

/** Every copy of a value in which one text is replaced. */
function variants(value: Json, replace: (text: string) => Json): Json[] {
  if (typeof value === 'string') return [replace(value)];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    variants(member as Json, replace).map((changed) =>
      Array.isArray(value)
        ? value.map((item, i) => (String(i) === key ? changed : item))
        : { ...value, [key]: changed },
    ),
  );
}

/** Inputs with which an action that can say much says as much as it can. */
let loudServer: Server;
let loud: { readonly [name: string]: Json } = {};
beforeAll(async () => {
  loudServer = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-odd': 'a\u00ff' });
    response.end(JSON.stringify({ deep: 'x'.repeat(5_000_000) }));
  }).listen(0, '127.0.0.1');
  await once(loudServer, 'listening');
  const address = loudServer.address();
  loud = {
    'http.request': { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/` },
    'shell.run': {
      command: ['/bin/sh', '-c', 'head -c 3000000 /dev/urandom; head -c 3000000 /dev/urandom >&2; exit 0'],
    },
  };
});
afterAll(() => {
  loudServer.closeAllConnections();
  loudServer.close();
});

function expectSound(result: ActionResult): void {
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  expect(JSON.stringify(result).length).toBeLessThan(maxResultBytes);
  if (result.outcome === 'succeeded') return;
  expect(ErrorClass.options).toContain(result.error.class);
  expect(result.error.code).toMatch(/^[a-z0-9_-]{1,80}$/i);
  expect(result.error.message).not.toBe('');
  expect(result.error.message.length).toBeLessThan(maxMessage);
}

const every = [...world('works').actions.values()];
it('there are actions, each under its own name', () => {
  expect(every.length).toBeGreaterThan(0);
  for (const [name, action] of world('works').actions) expect(action.name).toBe(name);
});

for (const action of every) {
  const { name, sample } = action;
  describe(name, () => {
    it('is described, and takes its own sample', () => {
      expect(action.description).toMatch(/^[A-Z].*\.$/);
      expect(name).toMatch(/^[a-z]+(?:\.[a-z]+)?$/);
      expect(action.checkInput(sample)).toEqual([]);
      expect(action.timeoutMs).toBeGreaterThan(0);
    });

    it('refuses a key that it does not know, and names it', async () => {
      const input = { ...(sample as JsonObject), surprise: 1 };
      const faults = action.checkInput(input);
      expect(faults.map(({ path, message }) => `${path.join('.')} ${message}`).join()).toMatch(/surprise/);
      const met = world('works');
      const result = await perform(met, name, input);
      expect(result).toMatchObject({ outcome: 'failed', error: { class: 'invalid' } });
      expect(result.outcome === 'failed' && result.error.message).toMatch(/surprise/);
      expect(met.asked()).toBe(0);
    });

    it('refuses what is no input at all, and any member of another kind, by name', async () => {
      for (const input of [null, 1, 'text', [], [sample]])
        expect(await perform(world('works'), name, input)).toMatchObject({
          outcome: 'failed',
          error: { class: 'invalid' },
        });
      for (const [key, value] of Object.entries(sample as JsonObject)) {
        const isMap = typeof value === 'object' && !Array.isArray(value);
        const faults = action.checkInput({ ...(sample as JsonObject), [key]: isMap ? 7 : { not: ['this'] } });
        expect(faults.map(({ path }) => path[0])).toContain(key);
      }
    });

    it('does nothing when it was ended before it began', async () => {
      const met = world('works');
      const result = await bounded(perform(met, name, sample, AbortSignal.abort()));
      expectSound(result);
      expect(met.asked()).toBe(0);
    });

    it('ends when it is told to, whatever hangs', async () => {
      for (const input of [
        sample,
        ...(name === 'shell.run' ? [{ command: ['/bin/sh', '-c', 'trap "" TERM; sleep 60'] }] : []),
      ]) {
        const ending = new AbortController();
        const result = perform(world('hangs'), name, input, ending.signal);
        setImmediate(() => ending.abort());
        expectSound(await bounded(result));
      }
    });

    it('answers with JSON of bounded size, however much it was told', async () => {
      for (const how of ['works', 'fails'] as const) expectSound(await bounded(perform(world(how), name, sample)));
      if (loud[name] !== undefined) {
        const result = await bounded(perform(world('works'), name, loud[name]));
        expectSound(result);
        expect(result.outcome).toBe('succeeded');
      }
    });

    it('lets no secret into an error, wherever in its input one stands', async () => {
      const redact = createRedactor([secret]);
      const inputs = [
        ...variants(sample, (text) => `${text}?token=${secret}`),
        ...variants(sample, () => secret),
        ...variants(sample, () => ({ nested: secret })),
        { ...(sample as JsonObject), [secret]: secret },
      ];
      expect(inputs.length).toBeGreaterThan(0);
      for (const input of inputs) {
        const result = await bounded(perform(world('fails'), name, input));
        // As the engine passes it on.
        if (result.outcome === 'failed') expect(redact.text(result.error.message)).not.toContain(secret.slice(0, 12));
        for (const { message } of action.checkInput(input))
          expect(redact.text(message)).not.toContain(secret.slice(0, 12));
      }
    });
  });
}

async function bounded<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${endsWithinMs} ms`)), endsWithinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
