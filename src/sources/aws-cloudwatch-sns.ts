// AWS CloudWatch through Amazon SNS: messages that AWS signs with a certificate, and raw deliveries, which nothing signs.
import { z } from 'zod';
import { Severity } from '../core/alert/severity.ts';
import type { Json } from '../core/json.ts';
import { readJson } from '../core/read-json.ts';
import { err, ok, type Result } from '../core/result.ts';
import { Duration } from '../core/time.ts';
import type { InboundRequest } from '../spi/auth-scheme.ts';
import { Secret, type WithSecrets } from '../spi/secret.ts';
import type { HandshakeAnswer, InboundDelivery, Source, SourceContext } from '../spi/source.ts';
import { basic } from './auth/basic.ts';
import { memberAt } from './fields.ts';
import { asText } from './labels.ts';
import { alertOf, type Published } from './sns/alarm.ts';
import { createCertificates, type Get, getText } from './sns/certificates.ts';
import { confirmationUrl, isSignedBy, readSigned, type Topic, topicOf } from './sns/message.ts';
import { docs, sampleOf } from './sns/pages.ts';
import { defineSource } from './source.ts';

const id = 'aws-cloudwatch-sns';

const Settings = z
  .strictObject({
    /** ARNs of topics that may send here and be subscribed. */
    topics: z
      .array(
        z
          .string()
          .refine(
            (arn) => topicOf(arn) !== null,
            'must be the ARN of a topic, such as arn:aws:sns:eu-central-1:123456789012:alarms',
          ),
      )
      .default([]),
    /** Accounts of which every topic may. */
    accounts: z.array(z.string().regex(/^\d{12}$/, 'must be the 12 digits of an account, as a text')).default([]),
    /** What an alarm counts as; AWS sends no severity. */
    severity: Severity.default('error'),
    /** How old a signed message may be, in milliseconds: SNS tries for an hour at most. */
    tolerance: Duration.default(75 * 60_000),
    /** Raw deliveries carry no signature; with these the address of the subscription has user name and password. */
    rawDelivery: z
      .strictObject({ username: z.string().min(1, 'must not be empty'), password: Secret })
      .nullable()
      .default(null),
  })
  .superRefine(({ topics, accounts }, context) => {
    if (topics.length + accounts.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['topics'],
        message: 'must name the topics that may send here (or accounts): AWS signs for every customer alike',
      });
  });
type Settings = WithSecrets<z.output<typeof Settings>>;

/** The configuration has checked them with the schema above. */
const settingsIn = (context: SourceContext): Settings => context.settings as Settings;

const isRaw = ({ headers }: Pick<InboundRequest, 'headers'>): boolean => headers['x-amz-sns-rawdelivery'] === 'true';

const isAllowed = (topic: Topic | null, { topics, accounts }: Settings): boolean =>
  topic !== null && (topics.includes(topic.arn) || accounts.includes(topic.account));

const notAllowed = 'the topic is not among the topics and accounts that may send here';

/** Makes the source. `get` reaches AWS, and is given no address that is not AWS's. */
export function createAwsSns(get: Get): Source {
  const certificateAt = createCertificates(get);

  return defineSource({
    id,
    title: 'AWS CloudWatch through SNS',
    docs,
    retriesOn: ['no answer', '5xx', 429],
    schemes: { basic: {}, none: {} },
    body: z.custom<Json>(() => true),
    settings: Settings,
    async verify(request, context, nowMs) {
      const settings = settingsIn(context);
      if (isRaw(request)) return verifyRaw(request, settings, nowMs);
      return verifySigned(certificateAt, { request, settings, nowMs });
    },
    handshake: { methods: ['POST'], needsProof: true, answer: (request) => confirm(get, request) },
    headersRead: () => ['x-amz-sns-rawdelivery', 'x-amz-sns-message-id', 'x-amz-sns-topic-arn'],
    sample: {
      headers: {
        'content-type': 'text/plain; charset=UTF-8',
        'user-agent': 'Amazon Simple Notification Service Agent',
        'x-amz-sns-message-type': 'Notification',
        'x-amz-sns-topic-arn': 'arn:aws:sns:eu-central-1:123456789012:alarms',
        'x-amz-sns-rawdelivery': 'true',
      },
      body: sampleOf('ALARM'),
      resolved: sampleOf('OK'),
      settings: { topics: ['arn:aws:sns:eu-central-1:123456789012:alarms'] },
    },
    read: readMessage,
  });
}

/** The message is one of AWS, of a topic that may send here, and of now. */
async function verifySigned(
  certificateAt: ReturnType<typeof createCertificates>,
  {
    request,
    settings,
    nowMs,
  }: { readonly request: InboundRequest; readonly settings: Settings; readonly nowMs: number },
): Promise<Result<void, string>> {
  const body = readJson(request.raw);
  if (!body.ok) return err(body.error);
  const message = readSigned(body.value.json);
  if (!message.ok) return message;
  const { topic, sentAtMs, type, certificateUrl } = message.value;
  // Before anything is fetched: strangers make Firebreak call nobody.
  if (!isAllowed(topic, settings)) return err(notAllowed);
  if (Math.abs(nowMs - sentAtMs) > settings.tolerance) return err('the message is too old, or from the future');
  const url = type === 'SubscriptionConfirmation' ? confirmationUrl(message.value) : ok(undefined);
  if (!url.ok) return url;
  const certificate = await certificateAt(certificateUrl, nowMs);
  if (!certificate.ok) return certificate;
  return isSignedBy(message.value, certificate.value) ? ok(undefined) : err('the signature does not match the message');
}

/** Confirms a subscription that has been proved. */
async function confirm(get: Get, request: InboundRequest): Promise<HandshakeAnswer | null> {
  const body = isRaw(request) ? null : readJson(request.raw);
  const message = body?.ok ? readSigned(body.value.json) : null;
  if (!message?.ok || message.value.type !== 'SubscriptionConfirmation') return null;
  const url = confirmationUrl(message.value);
  if (!url.ok) return null;
  const { status } = await get(url.value.href).catch(() => ({ status: 0 }));
  return status >= 200 && status < 300
    ? { status: 200, contentType: 'text/plain', body: 'subscribed\n' }
    : {
        status: 503,
        contentType: 'text/plain',
        body: 'AWS did not confirm the subscription; it can be asked again\n',
      };
}

type Reading = {
  readonly body: Json;
  readonly settings: Settings;
  readonly integration: string;
  readonly delivery: InboundDelivery;
};

function readMessage({ body, settings, integration, delivery }: Reading) {
  const { headers } = delivery;
  const header = (name: string) => (isRaw(delivery) ? (headers[`x-amz-sns-${name}`] ?? '') : '');
  const type = isRaw(delivery) ? undefined : memberAt(body, 'Type');
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation')
    return ok({ alerts: [], deliveryKey: null, truncated: 0 });
  const isEnveloped = type === 'Notification' && memberAt(body, 'Message') !== undefined;
  const messageId = isEnveloped ? asText(memberAt(body, 'MessageId'), 300) : header('message-id');
  const about: Published = {
    source: id,
    integration,
    severity: settings.severity,
    subject: isEnveloped ? asText(memberAt(body, 'Subject'), 300) : '',
    topic: isEnveloped ? asText(memberAt(body, 'TopicArn'), 300) : header('topic-arn'),
    messageId,
    timestamp: isEnveloped ? memberAt(body, 'Timestamp') : undefined,
  };
  const content = isEnveloped ? contentOf(memberAt(body, 'Message') ?? null) : { json: body, remarks: [] };
  const { remarks = [], ...alert } = alertOf(content.json, about);
  return ok({
    alerts: [{ ...alert, remarks: [...content.remarks, ...remarks] }],
    deliveryKey: asText(messageId, 300) || null,
    truncated: 0,
  });
}

function verifyRaw(request: InboundRequest, settings: Settings, nowMs: number): Result<void, string> {
  if (settings.rawDelivery === null)
    return err('raw delivery is not signed: switch it off for the subscription, or set rawDelivery');
  if (!isAllowed(topicOf(request.headers['x-amz-sns-topic-arn'] ?? ''), settings)) return err(notAllowed);
  return basic.verify({ request, settings: settings.rawDelivery, nowMs });
}

/** A message that is JSON as such, else the text. */
function contentOf(message: Json): { readonly json: Json; readonly remarks: readonly string[] } {
  if (typeof message !== 'string' || !/^\s*[[{]/.test(message)) return { json: message, remarks: [] };
  const read = readJson(Buffer.from(message));
  return read.ok ? read.value : { json: message, remarks: [] };
}

/** The source. */
export const awsSns = createAwsSns(getText);
