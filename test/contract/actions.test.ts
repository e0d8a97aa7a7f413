// What every action promises, whichever it is: a new one is held to it from the day it stands in the list.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ActionSettings, actionDefinitions } from '../../src/actions/registry.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { ErrorClass } from '../../src/core/playbook/playbook.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { err, ok } from '../../src/core/result.ts';
import type { Action, ActionResult, Chat } from '../../src/spi/action.ts';
import { actionsResolving, contextOf } from '../support/given/called-action.ts';

const secret = 'hunter2-correct-horse-battery';
/** An aborted action may need this long: a command is given two seconds to obey. */
const endsWithinMs = 5000;
const maxResultBytes = 2 * 1024 * 1024;
const maxMessage = 2000;

const settings = { http: { allow: ['127.0.0.1'] }, shell: { allow: [['/usr/bin/true'], ['/bin/sh', '-c']] } };
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
    actions: actionsResolving(settings, resolve),
    chat: {
      post: () =>
        meet<Awaited<ReturnType<Chat['post']>>>(ok({ channelId: 'C1', ts: '1.2' }), () =>
          err({ class: 'auth', code: 'not_authed', message: 'not_authed' }),
        ),
    },
    asked: () => asked,
  };
}

const perform = (
  { actions, chat }: World,
  name: string,
  input: Json,
  signal = new AbortController().signal,
): Promise<ActionResult> => {
  const action = actions.get(name);
  if (!action) throw new Error(`there is no action ${name}`);
  return action.run(input, contextOf({ chat, signal }));
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

it('there are actions, each under its own name', () => {
  const { actions } = world('works');
  expect(actions.size).toBeGreaterThan(0);
  // Two of one name would be one.
  expect([...actions.keys()]).toEqual(actionDefinitions.map(({ name }) => name));
  for (const [name, action] of actions) expect(action.name).toBe(name);
});

it('the sections of settings are theirs, and those that share one share its schema', () => {
  const withSection = actionDefinitions.filter(({ section }) => section !== null);
  for (const { section, settings: schema } of withSection)
    expect(new Set(withSection.filter((other) => other.section === section).map((other) => other.settings))).toEqual(
      new Set([schema]),
    );
  expect(Object.keys(ActionSettings.parse({})).sort()).toEqual(
    [...new Set(withSection.map(({ section }) => section))].sort(),
  );
});

/** Keys of an input or output, as the schema itself names them. */
const keysOf = (schema: z.ZodType) =>
  Object.keys(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties ?? {});
const headings = (docs: string) => [...docs.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
/** What stands under a heading. */
const under = (docs: string, heading: string) =>
  docs.split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
const isOneLine = (text: string) => text !== '' && text.length <= 200 && !/[\n\r\u2028\u2029\u0000-\u001f]/.test(text);
const json = fc.jsonValue() as fc.Arbitrary<Json>;

for (const action of actionDefinitions) {
  const { name, sample } = action;
  describe(name, () => {
    it('is described, and takes its own sample', () => {
      expect(action.description).toMatch(/^[A-Z].*\.$/);
      expect(name).toMatch(/^[a-z]+(?:\.[a-z]+(?:_[a-z]+)*)?$/);
      expect(action.checkInput(sample)).toEqual([]);
      expect(action.timeoutMs).toBeGreaterThan(0);
      expect(['effect', 'timer', 'gate', 'playbook']).toContain(action.kind);
    });

    it('has docs with every heading, every key of its input and output, and an example of itself', () => {
      const settled = action.section === null ? [] : ['Settings'];
      // Only an action that is more patient than others says so.
      const patient = action.retry === undefined ? [] : ['Retry'];
      expect(headings(action.docs)).toEqual(['Input', 'Output', 'Example', 'Replay', ...patient, 'Risk', ...settled]);
      for (const key of keysOf(action.input)) expect(under(action.docs, 'Input')).toContain(`\`${key}\``);
      for (const key of keysOf(action.output)) expect(under(action.docs, 'Output')).toContain(`\`${key}\``);
      for (const key of keysOf(action.settings)) expect(under(action.docs, 'Settings')).toContain(`\`${key}\``);
      expect(under(action.docs, 'Example')).toMatch(new RegExp(`^\`\`\`yaml\\n.*uses: ${name}\\b.*^\`\`\`$`, 'ms'));
    });

    it('needs no settings', () => {
      expect(action.settings.safeParse({})).toMatchObject({ success: true });
      expect(action.settings.safeParse({ surprise: 1 })).toMatchObject({ success: false });
      expect(action.configure(action.settings.parse({})).name).toBe(name);
    });

    it('names its secrets as the configuration would', () => {
      for (const credential of action.credentials) expect(credential).toMatch(/^[A-Za-z_]\w*$/);
      expect(new Set(action.credentials).size).toBe(action.credentials.length);
    });

    it('describes its sample in one line, and its template too', () => {
      expect(action.describe(sample)).toSatisfy(isOneLine);
      for (const template of variants(sample, () => '${{ inputs.what }}'))
        expect(action.describe(template)).toSatisfy(isOneLine);
    });

    it('describes and places whatever it is given, the same way each time', () => {
      fc.assert(
        fc.property(fc.oneof(json, fc.dictionary(fc.constantFrom(...keysOf(action.input)), json)), (input) => {
          expect(action.describe(input)).toSatisfy(isOneLine);
          expect(action.describe(input)).toBe(action.describe(structuredClone(input)));
          const target = action.target(input);
          if (target !== null) expect(target).toSatisfy(isOneLine);
        }),
      );
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
      const redact = createRedactor([{ name: 'known', value: secret }]);
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
