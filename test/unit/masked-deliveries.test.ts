// Deliveries as they are stored: no header, body, alert or error of one holds a known secret.
import { expect, it } from 'vitest';
import { createKnownSecrets } from '../../src/core/secret/known-secrets.ts';
import { createMasker } from '../../src/core/secret/masker.ts';
import { createAcceptDelivery } from '../../src/engine/alerts/accept-delivery.ts';
import { maskedDelivery } from '../../src/engine/from-outside.ts';
import type { NewDelivery } from '../../src/ports/intake.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { anAlert } from '../support/given/incident.ts';

const secret = 'Hunter2/Tiger+Rock';
const masker = createMasker(createKnownSecrets([{ name: 'db', value: secret }]), Buffer.alloc(32, 1));
const written = (delivery: Pick<NewDelivery, 'body'>) =>
  JSON.stringify({ ...delivery, body: delivery.body.toString('utf8') });

const delivery = (text: string): NewDelivery => ({
  source: 'generic',
  integration: 'ci',
  headers: { 'user-agent': text },
  body: Buffer.from(JSON.stringify({ text: Buffer.from(text).toString('base64') })),
  alerts: [anAlert('a', { title: text, labels: { password: text } })],
  dedupe: { kind: 'sender', value: text },
});

it('a delivery that holds a secret is stored masked, body and headers too', async () => {
  const stored: NewDelivery[] = [];
  const world = new MemoryEngines();
  const accept = createAcceptDelivery({
    masker,
    deliveries: {
      ...world.deliveries,
      async accept(given) {
        stored.push(given);
        return { receipt: 'dlv_1', status: 'accepted' };
      },
    },
    runtime: world.runtime,
    intake: { claimForMs: () => undefined, take: () => undefined },
    reach: () => undefined,
    wakeups: { wakeRun: async () => undefined, wakeIntake: () => undefined, wakeNotifier: () => undefined },
  });
  await accept(delivery(secret));
  await accept(delivery('nothing of the kind'));
  expect(stored.map(written).join()).not.toMatch(/Hunter2|SHVudGVyMi9UaWdlcitSb2Nr/);
  expect(JSON.parse(stored[0]?.body.toString() ?? '')).toEqual({ text: expect.stringMatching(/^\[secret:db\/base64/) });
  expect(stored[1]?.alerts).toEqual(delivery('nothing of the kind').alerts);
});

it('a dead delivery and its error are stored masked, and a body that is no text stays byte for byte', () => {
  const about = { source: 'generic', integration: 'ci', headers: {} };
  const dead = maskedDelivery(masker, { ...about, body: Buffer.from(`{"a": ${secret}`), error: `at ${secret}` });
  expect(written(dead)).not.toContain(secret);
  expect(dead.error).toMatch(/^at \[secret:db#/);
  const body = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
  expect(maskedDelivery(masker, { ...about, body }).body).toBe(body);
});

it('an error of ours is stored masked', async () => {
  const world = new MemoryEngines();
  const broken = async () => {
    throw new Error(`no answer of ${secret}`);
  };
  const engine = world.engine({}, { masker, correlation: { ...world.correlation, incidentFor: broken } });
  world.deliveries.put([anAlert('a')]);
  await engine.drainIntake();
  const [kept] = (await world.deliveries.list({ limit: 1, cursor: null })).items;
  expect(kept?.error).toMatch(/^no answer of \[secret:db#/);
});
