// An action may ask for the secrets that it declares, and for no other; what verifies it is given time by the real clock.
import pino from 'pino';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineAction } from '../../src/actions/action.ts';
import { compilePlaybook } from '../../src/core/playbook/compile.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createKnownSecrets } from '../../src/core/secret/known-secrets.ts';
import { createMasker } from '../../src/core/secret/masker.ts';
import { type AttemptResult, runStep } from '../../src/engine/runs/run-step.ts';
import { createStepAbort } from '../../src/engine/runs/step-abort.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { noTracing } from '../../src/ports/tracing.ts';
import { Story } from '../support/given/given.ts';
import { lastingHold } from '../support/given/hold.ts';

const vaultRead = defineAction({
  name: 'vault.read',
  description: 'Says what it gets for a name.',
  docs: '',
  input: z.strictObject({ name: z.string() }),
  output: z.object({ got: z.string().nullable() }),
  sample: { name: 'vault_token' },
  replay: 'safe',
  risk: 'low',
  timeoutMs: 1000,
  credentials: ['vault_token', 'not_configured'],
  describe: () => 'Read',
  configure: () => ({
    run: async ({ name }, { secrets }) => ({ outcome: 'succeeded', output: { got: secrets(name) ?? null } }),
  }),
});

async function asked(name: string, more = ''): Promise<AttemptResult> {
  const text = `apiVersion: firebreak/v1
name: test
version: 1.0.0
owner: { product: p, technical: t, escalation: "@lead" }
steps: [{ id: a, uses: vault.read, with: { name: ${name} }${more} }]
`;
  const compiled = compilePlaybook(text, 'test.yaml', new Map([[vaultRead.name, vaultRead]]));
  if (!compiled.ok) throw new Error(compiled.error[0]?.message);
  const run = new Story(compiled.value);
  run.when({ type: 'advance' });
  const configured = new Map([
    ['vault_token', 'of-the-vault'],
    ['other_token', 'of-another'],
  ]);
  return runStep(
    {
      actions: new Map([[vaultRead.name, vaultRead.configure({})]]),
      secrets: (secret) => configured.get(secret),
      artifacts: {
        put: () => Promise.reject(new Error('nothing is captured')),
        get: async () => null,
        find: async () => null,
      },
      masker: createMasker(createKnownSecrets(), Buffer.alloc(32)),
      redact: createRedactor([]),
      runtime: realRuntime,
      tracing: noTracing,
      log: pino({ level: 'silent' }),
      chat: () => null,
    },
    {
      playbook: compiled.value,
      run: run.state,
      step: 'a',
      attempt: 1,
      hold: lastingHold,
      idempotencyKey: 'key-1',
      channelId: null,
      abort: createStepAbort(),
      acted: async () => undefined,
    },
  );
}

it('gives an action the secrets that it declares', async () => {
  expect(await asked('vault_token')).toMatchObject({ outcome: 'succeeded', output: { got: 'of-the-vault' } });
  expect(await asked('not_configured')).toMatchObject({ outcome: 'succeeded', output: { got: null } });
});

it('gives an action no other secret, and says whose bug that is', async () => {
  const result = await asked('other_token');
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'action_threw' } });
  expect(JSON.stringify(result)).toMatch(/vault\.read asks for the secret other_token, which is not among/);
  expect(JSON.stringify(result)).not.toContain('of-another');
});

it('asks a second action whether it holds, for what is left of the time by the real clock', async () => {
  const until =
    'verify: { uses: vault.read, with: { name: vault_token }, until: "output.got != null", every: 1s, within: 10s }';
  expect(await asked('vault_token', `, ${until}`)).toMatchObject({ outcome: 'succeeded' });
});
