// Approvals with a passkey in the record: they verify offline, from a bundle alone, and whatever was forged of them is found: in the bundle,
// in an audit, and before the step starts.
import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import type { Json } from '../../src/core/json.ts';
import * as nodes from '../../src/core/primitives.ts';
import { passkeyUsesIn, usesFault } from '../../src/core/step-up/audit-uses.ts';
import { stepUpFault } from '../../src/core/step-up/step-up-fault.ts';
import { type Bundle, toBundle, verifyBundle } from '../../src/core/timeline/bundle.ts';
import { linkEvents } from '../../src/core/timeline/chain.ts';
import { foldStream, foldSystem } from '../../src/core/timeline/fold-stream.ts';
import { holdAgainstChain } from '../../src/core/timeline/hold-against-chain.ts';
import * as browsers from '../../src/web/verify/worker/primitives.ts';
import { signer } from '../support/given/bundle.ts';
import { given, StepUpWorld } from '../support/step-up/world.ts';

/** The stream of an incident in which somebody approved with a passkey, and the system stream beside it. */
async function approved() {
  const world = new StepUpWorld();
  const ana = await world.personWithKey('oidc:ana');
  const approval = await world.asked();
  given(await world.approveWith(ana, approval));
  return { events: await world.eventsOf(approval), system: world.engines.tables.events.get('system') ?? [], ana };
}

type Data = { readonly [name: string]: Json };

/** The same stream, linked anew, with other data of what was recorded: what somebody writes who holds the database and can hash. */
function rewritten(events: readonly StoredEvent[], edit: (data: Data) => Data): StoredEvent[] {
  const edited = events.map((event) =>
    event.type === 'approval.recorded' ? { ...event, data: edit(event.data as Data) } : event,
  );
  return linkEvents(events[0]?.streamId ?? '', null, edited);
}

function bundleOf(events: readonly StoredEvent[]): string {
  const last = events.at(-1);
  const head = { version: last?.seq ?? 0, hash: last?.hash ?? '' };
  const parts = { streamId: last?.streamId ?? '', head, checkpoint: null, artifacts: [], events: [...events] };
  const bundle: Bundle = toBundle(parts, signer);
  return JSON.stringify(bundle);
}

const without = ({ stepUp: _, ...data }: Data): Data => data;
const other =
  (change: { readonly [name: string]: Json }) =>
  ({ stepUp, ...data }: Data): Data => ({ ...data, stepUp: { ...(stepUp as Data), ...change } });

it('an approval with a passkey verifies offline, from its bundle alone', async () => {
  const { events } = await approved();
  expect(await verifyBundle(bundleOf(events))).toMatchObject({ outcome: 'ok', events: events.length });
});

it.each<[string, (data: Data) => Data, string]>([
  ['taken out', without, 'its rule demands a passkey, and none stands there'],
  ['of another nonce', other({ nonce: 'nnn' }), 'another request or another plan'],
  ['of another site', other({ rpId: 'evil.example', origin: 'https://evil.example' }), 'another site'],
  ['of a site that none is', other({ rpId: 'fb', origin: 'http://fb' }), 'its site is none'],
  ['with the signature of nobody', other({ signature: 'AAAA' }), 'its signature'],
])('a bundle whose assertion was %s, hashed and signed anew, is found out', async (_, edit, why) => {
  const { events } = await approved();
  const place = { type: 'approval.recorded', problem: expect.stringContaining(why) };
  expect(await verifyBundle(bundleOf(rewritten(events, edit)))).toMatchObject({ outcome: 'bad', place });
});

it('an assertion that was moved to the approval of another plan is found out', async () => {
  const [one, two] = [await approved(), await approved()];
  const proof = one.events.find(({ type }) => type === 'approval.recorded')?.data['stepUp'];
  const moved = rewritten(two.events, (data) => ({ ...data, stepUp: proof ?? null }));
  const asked = moved.map((event) =>
    event.type === 'approval.requested' ? { ...event, data: { ...event.data, planDigest: 'sha256:other' } } : event,
  );
  expect(stepUpFault(asked)?.problem).toContain('another request or another plan');
});

it('a step does not start on an approval whose assertion was taken out of the events', async () => {
  const { events } = await approved();
  const forged = rewritten(events, without);
  const { incident, runs } = foldStream(forged);
  const last = forged.at(-1);
  if (!incident || !last) throw new Error('nothing is there');
  const claim = { streamId: last.streamId, head: { version: last.seq, hash: last.hash }, incident };
  const held = await holdAgainstChain(forged, { ...claim, runs: [...runs.values()] });
  expect(held).toMatchObject({ outcome: 'bad', place: { type: 'approval.recorded' } });
});

it('an audit holds what was signed against the passkeys of the system stream', async () => {
  const { events, system } = await approved();
  const { passkeys = {} } = foldSystem(system);
  const uses = passkeyUsesIn(events);
  expect(uses).toHaveLength(1);
  expect(usesFault(passkeys, uses)).toBeNull();
  expect(usesFault({}, uses)?.problem).toContain('never registered');
  expect(usesFault(passkeys, [...uses, ...uses])?.problem).toContain('stands twice');
  const revoked = Object.fromEntries(
    Object.entries(passkeys).map(([id, one]) => [
      id,
      { ...one, revoked: { by: one.owner, at: uses[0]?.at ?? '', reason: null } },
    ]),
  );
  expect(usesFault(revoked, uses)?.problem).toContain('did not count then');
});

it('a signature of a passkey counts for its key and its bytes alone, on Node and in a browser', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const key = new Uint8Array(Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
  // Of signatures half have a high part: all of them are taken.
  for (let n = 0; n < 16; n++) {
    const bytes = Uint8Array.of(n, 1, 2);
    const signature = new Uint8Array(sign('sha256', bytes, privateKey));
    for (const { isP256 } of [nodes, browsers]) {
      expect(isP256({ key, bytes, signature })).toBe(true);
      expect(isP256({ key, bytes: Uint8Array.of(9), signature })).toBe(false);
      expect(isP256({ key: key.subarray(1), bytes, signature })).toBe(false);
      expect(isP256({ key: new Uint8Array(65).fill(4), bytes, signature })).toBe(false);
      expect(isP256({ key, bytes, signature: signature.subarray(1) })).toBe(false);
    }
  }
});
