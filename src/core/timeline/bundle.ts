// A bundle: one stream with its evidence, signed, so that anybody can verify it offline. Pure.
import { z } from 'zod';
import { ArtifactRef, StoredEvent } from '../events.ts';
import { canonicalJson, sha256 } from '../json.ts';
import { redactionsIn, vouchedFor } from '../redaction/vouched.ts';
import { redactionTypes } from '../redaction/vouched-event.ts';
import { systemStreamId } from '../system/events.ts';
import { type BadPlace, contentHash, verifyChain } from './chain.ts';
import { isBase64, isSignedBy, keyIdOf, type Signer } from './signature.ts';

const Artifact = z.strictObject({
  ...ArtifactRef.shape,
  /** Base64; null if it is not in the bundle. */
  content: z.string().nullable(),
});

/** The file. The signature covers `schema`, `streamId`, `head`, `checkpoint` and the digests, and through them everything else. */
export const Bundle = z.strictObject({
  schema: z.literal('firebreak/bundle/v1'),
  streamId: z.string(),
  head: z.strictObject({ version: z.number().int().min(1), hash: z.string() }),
  /** The newest checkpoint that speaks of the stream, and what it says. */
  checkpoint: z.strictObject({ number: z.number(), by: z.string(), version: z.number(), hash: z.string() }).nullable(),
  artifacts: z.array(Artifact),
  events: z.array(StoredEvent.strict()).min(1),
  /** Events of the system stream that vouch for redacted events and evidence of this one; absent: nothing was redacted. */
  redactions: z.array(StoredEvent.strict()).min(1).optional(),
  signature: z.strictObject({ keyId: z.string(), publicKey: z.string(), value: z.string() }),
});
export type Bundle = z.infer<typeof Bundle>;

/** Types of the events that name evidence, all of them in the same member. */
export const namesEvidence: ReadonlySet<string> = new Set([
  'step.succeeded',
  'step.failed',
  'step.retry_scheduled',
  'step.outcome_unknown',
  'evidence.captured',
]);

/** A piece of evidence and the event that names it. */
export type Evidence = { readonly event: StoredEvent; readonly artifact: ArtifactRef };

/** Every piece of evidence that events name, once, with the first event that does. */
export function evidenceOf(events: readonly StoredEvent[]): readonly Evidence[] {
  const named = new Map<string, Evidence>();
  for (const event of events) {
    if (!namesEvidence.has(event.type)) continue;
    for (const artifact of z.array(ArtifactRef).safeParse(event.data['artifacts']).data ?? [])
      if (!named.has(artifact.digest)) named.set(artifact.digest, { event, artifact });
  }
  return [...named.values()];
}

function statement({
  schema,
  streamId,
  head,
  checkpoint,
  artifacts,
  redactions,
}: Omit<Bundle, 'events' | 'signature'>): string {
  const evidence = artifacts.map(({ name, digest, bytes, content }) => ({
    name,
    digest,
    bytes,
    included: content !== null,
  }));
  const said = { schema, streamId, head, checkpoint, artifacts: evidence };
  return canonicalJson(redactions ? { ...said, redactions: redactions.map(({ hash }) => hash) } : said);
}

/** Makes a bundle of a whole stream. */
export function toBundle(
  parts: Pick<Bundle, 'streamId' | 'head' | 'checkpoint' | 'artifacts' | 'events' | 'redactions'>,
  signer: Signer,
): Bundle {
  const signed = { schema: 'firebreak/bundle/v1' as const, ...parts };
  const { keyId, publicKey } = signer;
  return { ...signed, signature: { keyId, publicKey, value: signer.sign(statement(signed)) } };
}

/** A bundle that holds together; `trusted` says that its key is one the reader brought. Or the first bad place. */
export type BundleCheck =
  | { readonly outcome: 'ok'; readonly events: number; readonly keyId: string; readonly trusted: boolean }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/**
 * Verifies a bundle.
 * @param trusted the public keys it may be signed with; without any, the signature shows only that the bundle is whole, not who made it
 */
export async function verifyBundle(text: string, trusted: readonly string[] = []): Promise<BundleCheck> {
  const bad = (problem: string, streamId = '(bundle)'): BundleCheck => ({
    outcome: 'bad',
    place: { streamId, seq: 0, type: null, at: null, problem },
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return bad(`it is not JSON: ${(error as Error).message}`);
  }
  const parsed = Bundle.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return bad(`it is no bundle: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  }
  // The file itself, not the parsed copy: that one lacks members the schema does not know, which must be found too.
  const bundle = json as Bundle;
  const { streamId, head, checkpoint, artifacts, events, redactions = [], signature } = bundle;
  const forged = redactions.find(
    (event) =>
      event.streamId !== systemStreamId || !redactionTypes.has(event.type) || contentHash(event) !== event.hash,
  );
  if (forged) {
    const { seq, type, at } = forged;
    return { outcome: 'bad', place: { streamId, seq, type, at, problem: 'a redaction was edited, or is none' } };
  }
  const redacted = redactionsIn(redactions).events;
  const check = await verifyChain(streamId, events, head, checkpoint ? [checkpoint] : [], (event) =>
    vouchedFor(redacted, event),
  );
  if (check.outcome === 'bad') return check;
  const spoilt = spoiltEvidence(events, artifacts);
  if (spoilt) return { outcome: 'bad', place: spoilt };
  const { keyId, publicKey, value } = signature;
  if (keyId !== keyIdOf(publicKey) || !isSignedBy(publicKey, statement(bundle), value))
    return bad('its signature does not match: it was edited after it was signed', streamId);
  const known = trusted.includes(publicKey);
  if (trusted.length > 0 && !known) return bad(`it is signed with key ${keyId}, which is not a trusted one`, streamId);
  return { outcome: 'ok', events: events.length, keyId, trusted: known };
}

/** The first event whose evidence is missing or was edited. Evidence that was left out on purpose is listed without content. */
function spoiltEvidence(events: readonly StoredEvent[], artifacts: Bundle['artifacts']): BadPlace | null {
  const contents = new Map(artifacts.map(({ digest, content }) => [digest, content]));
  for (const { event, artifact } of evidenceOf(events)) {
    const { name, digest } = artifact;
    const { streamId, seq, type, at } = event;
    const content = contents.get(digest);
    if (content === undefined)
      return { streamId, seq, type, at, problem: `its evidence ${name} (${digest}) is missing` };
    if (content !== null && (!isBase64(content) || `sha256:${sha256(Buffer.from(content, 'base64'))}` !== digest))
      return { streamId, seq, type, at, problem: `its evidence ${name} was edited: it does not match ${digest}` };
  }
  return null;
}
