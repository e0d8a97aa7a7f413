// Messages of Amazon SNS as they come over HTTP: what stands in one, what its signature covers, which addresses may stand in it. Fetches nothing.
import { verify as verifySignature, type X509Certificate } from 'node:crypto';
import type { Json } from '../../core/json.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { memberAt } from '../fields.ts';

/** A topic by its ARN. */
export type Topic = {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  /** The one host of SNS in the topic's region. */
  readonly host: string;
};

/** The topic that an ARN names; null if it is the ARN of no topic. */
export function topicOf(arn: string): Topic | null {
  const found =
    /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}):(\d{6,12}):[\w-]{1,256}(?:\.fifo)?$/.exec(
      arn,
    );
  const [, partition = '', region = '', account = ''] = found ?? [];
  if (!found) return null;
  return { arn, region, account, host: `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}` };
}

/** The members that a signature covers, in their order (AWS, SNS developer guide, "Verifying the signatures of Amazon SNS messages"). */
const covered: { readonly [type: string]: readonly string[] } = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** Hash by `SignatureVersion`. */
const hashes: { readonly [version: string]: string } = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

/** A message with all that its proof needs. */
export type SignedMessage = {
  readonly type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly topic: Topic;
  /** Where the certificate is: of the topic's own region, and of AWS. */
  readonly certificateUrl: string;
  readonly sentAtMs: number;
  readonly text: string;
  readonly signature: Buffer;
  readonly hash: string;
  readonly subscribeUrl: string;
  readonly token: string;
};

const textIn = (body: Json, name: string): string => {
  const value = memberAt(body, name);
  return typeof value === 'string' ? value : '';
};

/** Reads a message so far that it can be verified; the error says what is missing or impossible. */
export function readSigned(body: Json): Result<SignedMessage, string> {
  const type = textIn(body, 'Type');
  if (type !== 'Notification' && type !== 'SubscriptionConfirmation' && type !== 'UnsubscribeConfirmation')
    return err('this is no signed message of Amazon SNS: its Type is unknown');
  const topic = topicOf(textIn(body, 'TopicArn'));
  if (topic === null) return err('TopicArn is not the ARN of a topic');
  const version = textIn(body, 'SignatureVersion');
  const hash = Object.hasOwn(hashes, version) ? hashes[version] : undefined;
  if (hash === undefined) return err('SignatureVersion must be 1 or 2');
  const certificateUrl = textIn(body, 'SigningCertURL');
  if (!isCertificateUrl(certificateUrl, topic))
    return err('SigningCertURL must be https, on the host of SNS in the region of the topic');
  const sentAtMs = Date.parse(textIn(body, 'Timestamp'));
  if (!Number.isFinite(sentAtMs)) return err('Timestamp is no time');
  const names = (covered[type] ?? []).filter((name) => name !== 'Subject' || memberAt(body, name) !== undefined);
  if (names.some((name) => typeof memberAt(body, name) !== 'string'))
    return err(`a ${type} needs ${names.join(', ')}, each a text`);
  return ok({
    type,
    topic,
    certificateUrl,
    sentAtMs,
    text: names.map((name) => `${name}\n${textIn(body, name)}\n`).join(''),
    signature: Buffer.from(textIn(body, 'Signature'), 'base64'),
    hash,
    subscribeUrl: textIn(body, 'SubscribeURL'),
    token: textIn(body, 'Token'),
  });
}

/** True if the certificate's key signed the message. */
export function isSignedBy({ hash, text, signature }: SignedMessage, certificate: X509Certificate): boolean {
  return signature.length > 0 && verifySignature(hash, Buffer.from(text, 'utf8'), certificate.publicKey, signature);
}

/** An address of SNS in the region of a topic, over https, with nothing that could lead elsewhere. */
function snsUrl(text: string, { host }: Topic): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.port === '' && url.hash === '';
  return url.protocol === 'https:' && url.host === host && plain ? url : null;
}

function isCertificateUrl(text: string, topic: Topic): boolean {
  const url = snsUrl(text, topic);
  return url !== null && url.search === '' && /^\/SimpleNotificationService-[\w-]{1,100}\.pem$/.test(url.pathname);
}

/** Where a subscription is confirmed, made of the topic and the token alone; the error says what is wrong with the message's own address. */
export function confirmationUrl({ subscribeUrl, topic, token }: SignedMessage): Result<URL, string> {
  const theirs = snsUrl(subscribeUrl, topic);
  if (theirs === null || theirs.searchParams.get('Action') !== 'ConfirmSubscription')
    return err('SubscribeURL must be https, on the host of SNS in the region of the topic, and confirm a subscription');
  if (!/^[\w-]{1,1000}$/.test(token)) return err('Token is none');
  const url = new URL(`https://${topic.host}/`);
  url.searchParams.set('Action', 'ConfirmSubscription');
  url.searchParams.set('TopicArn', topic.arn);
  url.searchParams.set('Token', token);
  return ok(url);
}
