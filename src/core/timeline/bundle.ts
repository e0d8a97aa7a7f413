// A bundle: one stream with its evidence, signed, so that anybody can verify it offline: on the command line and in a browser, by these
// rules and no others. Pure.
import { z } from 'zod';
import { ArtifactRef, StoredEvent } from '../events.ts';
import { canonicalJson, sha256 } from '../json.ts';
import { base64 } from '../primitives.ts';
import { stepUpFault } from '../step-up/step-up-fault.ts';
import type { BadPlace } from './chain.ts';
import { isPlainEvent } from './plain-event.ts';
import { isBase64, isSignedBy, keyIdOf, type Signer } from './signature.ts';
import { verifyVouchedChain } from './vouched-chain.ts';

const Artifact = z.strictObject({
  ...ArtifactRef.shape,
  /** Base64; null if it is not in the bundle. */
  content: z.string().nullable(),
});

const bundleVersion = 'firebreak/bundle/v1' as const;

/** The file. The signature covers `schema`, `streamId`, `head`, `checkpoint` and the digests, and through them everything else. */
export const Bundle = z.strictObject({
  schema: z.literal(bundleVersion),
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

/** The file around events that need not be looked at again. */
const AroundEvents = Bundle.omit({ events: true });

/** What is wrong with the form of a parsed file; null: nothing. */
function faultOfForm(json: unknown): z.core.$ZodIssue | null {
  const { events, ...around } = Object(json) as { readonly events?: unknown };
  const arePlain = Array.isArray(events) && events.length > 0 && events.every(isPlainEvent);
  const parsed = arePlain ? AroundEvents.safeParse(around) : Bundle.safeParse(json);
  return parsed.error?.issues[0] ?? null;
}

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
  const signed = { schema: bundleVersion, ...parts };
  const { keyId, publicKey } = signer;
  return { ...signed, signature: { keyId, publicKey, value: signer.sign(statement(signed)) } };
}

/** A bundle that holds together; `trusted` says that its key is one the reader brought. Or the first bad place. */
export type BundleCheck =
  | { readonly outcome: 'ok'; readonly events: number; readonly keyId: string; readonly trusted: boolean }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** How far a check is; `events`: how many of its chain have been looked at. */
export type BundleProgress = (events: number) => void;

/** A file that has the form of a bundle, and nothing in it is believed yet. Or what it is instead. */
export type ReadBundle =
  | { readonly outcome: 'read'; readonly bundle: Bundle }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

const badFile = (problem: string, streamId = '(bundle)') =>
  ({ outcome: 'bad', place: { streamId, seq: 0, type: null, at: null, problem } }) as const;

/** Characters of the longest text that engines hold. */
const maxLength = 0x1fff_ffe8;

/** Reads a file as a bundle. Bytes are taken as UTF-8 and nothing else: whoever reads it elsewhere reads the same. */
export function readBundle(file: string | Uint8Array): ReadBundle {
  if (file.length > maxLength) return badFile('it is longer than 512 MB, more than can be read at once');
  let json: unknown;
  try {
    const text =
      typeof file === 'string' ? file : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file);
    json = JSON.parse(text);
  } catch (error) {
    return badFile(error instanceof SyntaxError ? `it is not JSON: ${error.message}` : 'it is no text in UTF-8');
  }
  const other = Versioned.safeParse(json).data?.schema;
  if (other !== undefined && other !== bundleVersion)
    return badFile(`it is a bundle of another version, ${other}; what is read here is ${bundleVersion}`);
  const fault = faultOfForm(json);
  if (fault) return badFile(`it is no bundle: ${fault.path.join('.') || 'the whole'}: ${fault.message}`);
  // The file itself, not the parsed copy: that one lacks members the schema does not know, which must be found too.
  return { outcome: 'read', bundle: json as Bundle };
}

const Versioned = z.object({ schema: z.string().regex(/^firebreak\/bundle\/v\d+$/) });

/**
 * Verifies a bundle.
 * @param trusted the public keys it may be signed with; without any, the signature shows only that the bundle is whole, not who made it
 */
export async function verifyBundle(
  file: string | Uint8Array,
  trusted: readonly string[] = [],
  progress: BundleProgress = () => undefined,
): Promise<BundleCheck> {
  const read = readBundle(file);
  return read.outcome === 'bad' ? read : checkBundle(read.bundle, { trusted, progress });
}

/** Verifies a bundle that was read: its redactions, chain, head, checkpoint, passkeys, evidence and signature, in this order. */
export async function checkBundle(
  bundle: Bundle,
  { trusted, progress }: { readonly trusted: readonly string[]; readonly progress: BundleProgress },
): Promise<BundleCheck> {
  const { streamId, head, checkpoint, artifacts, events, redactions = [], signature } = bundle;
  const check = await verifyVouchedChain({
    streamId,
    events: counted(events, progress),
    redactions,
    expected: head,
    marks: checkpoint ? [checkpoint] : [],
  });
  if (check.outcome === 'bad') return check;
  const spoilt = stepUpFault(events) ?? spoiltEvidence(events, artifacts);
  if (spoilt) return { outcome: 'bad', place: spoilt };
  const { keyId, publicKey, value } = signature;
  if (keyId !== keyIdOf(publicKey) || !isSignedBy(publicKey, statement(bundle), value))
    return badFile('its signature does not match: it was edited after it was signed', streamId);
  const known = trusted.includes(publicKey);
  if (trusted.length > 0 && !known)
    return badFile(`it is signed with key ${keyId}, which is not a trusted one`, streamId);
  return { outcome: 'ok', events: events.length, keyId, trusted: known };
}

function* counted<T>(items: readonly T[], progress: BundleProgress): Generator<T> {
  for (const [index, item] of items.entries()) {
    if (index % countedTogether === 0) progress(index);
    yield item;
  }
  progress(items.length);
}
const countedTogether = 2000;

/** The first event whose evidence is missing or was edited. Evidence that was left out on purpose is listed without content. */
function spoiltEvidence(events: readonly StoredEvent[], artifacts: Bundle['artifacts']): BadPlace | null {
  const contents = new Map(artifacts.map(({ digest, content }) => [digest, content]));
  for (const { event, artifact } of evidenceOf(events)) {
    const { name, digest } = artifact;
    const { streamId, seq, type, at } = event;
    const content = contents.get(digest);
    if (content === undefined)
      return { streamId, seq, type, at, problem: `its evidence ${name} (${digest}) is missing` };
    if (content !== null && (!isBase64(content) || `sha256:${sha256(base64.decode(content))}` !== digest))
      return { streamId, seq, type, at, problem: `its evidence ${name} was edited: it does not match ${digest}` };
  }
  return null;
}
