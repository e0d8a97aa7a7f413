// Amazon SNS: what proves a message, what confirms a subscription, and that neither ever makes Firebreak call anybody but AWS.
import { sign as signWith } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { createAwsSns } from '../../src/sources/aws-cloudwatch-sns.ts';
import type { InboundRequest } from '../../src/spi/auth-scheme.ts';
import { givenCertificate } from '../support/given/certificate.ts';
import { readEntry, sharedSecret } from '../support/given/integration.ts';

const nowMs = Date.parse('2026-03-01T03:05:00Z');
const topic = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const host = 'https://sns.eu-central-1.amazonaws.com';
const certificateUrl = `${host}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem`;
const token = 'a1b2c3'.repeat(20);
const subscribeUrl = `${host}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`;
const own = givenCertificate({ from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' });

let asked: string[] = [];
let answers: { [url: string]: { status: number; text: string } } = {};
const get = async (url: string) => {
  asked.push(url);
  const answer = answers[url];
  if (answer === undefined) throw new Error('nobody answers');
  return answer;
};
beforeEach(() => {
  asked = [];
  answers = { [certificateUrl]: { status: 200, text: own.pem } };
});

const notification: JsonObject = {
  Type: 'Notification',
  MessageId: '0f8e7d6c-5b4a-4938-8271-60504f3e2d1c',
  TopicArn: topic,
  Subject: 'ALARM: "queue" in EU (Frankfurt)',
  Message: '{"AlarmName":"queue","NewStateValue":"ALARM","AlarmDescription":"über 5 % \\"voll\\"\\nzweite Zeile"}',
  Timestamp: '2026-03-01T03:04:30.000Z',
  SignatureVersion: '2',
  SigningCertURL: certificateUrl,
  UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${topic}:1`,
};
const confirmation: JsonObject = {
  Type: 'SubscriptionConfirmation',
  MessageId: '1f8e7d6c-5b4a-4938-8271-60504f3e2d1c',
  Token: token,
  TopicArn: topic,
  Message: 'You have chosen to subscribe.',
  SubscribeURL: subscribeUrl,
  Timestamp: '2026-03-01T03:04:30.000Z',
  SignatureVersion: '1',
  SigningCertURL: certificateUrl,
};

const covered = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** The message with members changed, signed by our key as AWS signs. */
function signed(message: JsonObject, change: JsonObject = {}, key = own.key): JsonObject {
  const whole = Object.fromEntries(Object.entries({ ...message, ...change }).filter(([, value]) => value !== null));
  const names = covered.filter((name) => Object.hasOwn(whole, name));
  const text = names.map((name) => `${name}\n${whole[name]}\n`).join('');
  const hash = whole.SignatureVersion === '1' ? 'sha1' : 'sha256';
  return { ...whole, Signature: signWith(hash, Buffer.from(text), key).toString('base64') };
}

function requestOf(body: JsonObject, headers: { readonly [name: string]: string } = {}): InboundRequest {
  const all = { 'content-type': 'text/plain; charset=UTF-8', ...headers };
  return { method: 'POST', url: '/hooks/aws-cloudwatch-sns', headers: all, raw: Buffer.from(JSON.stringify(body)) };
}

function setUp(settings: JsonObject = { topics: [topic] }) {
  const source = createAwsSns(get);
  const { integration, faults } = readEntry({ source: source.id, ...settings }, { more: [source] });
  if (!integration) throw new Error(faults.join('\n'));
  return {
    verify: (request: InboundRequest, atMs = nowMs) => source.verify?.(request, integration, atMs),
    confirm: (request: InboundRequest) => source.handshake?.answer(request, integration),
  };
}
const good = { ok: true, value: undefined };

describe('a signed message', () => {
  it.each(['1', '2'])('holds with signature version %s, and with no byte of what it says changed', async (version) => {
    const { verify } = setUp();
    const message = signed(notification, { SignatureVersion: version });
    expect(await verify(requestOf(message))).toEqual(good);
    for (const name of ['Message', 'MessageId', 'Subject', 'Timestamp', 'Signature'])
      for (const at of [0, 10]) {
        const text = String(message[name]);
        const other = text[at] === '1' ? '2' : '1';
        const flipped = { ...message, [name]: `${text.slice(0, at)}${other}${text.slice(at + 1)}` };
        expect([name, (await verify(requestOf(flipped)))?.ok]).toEqual([name, false]);
      }
  });

  it('holds without a subject, which is then not signed as an empty one', async () => {
    const { verify } = setUp();
    expect(await verify(requestOf(signed(notification, { Subject: null })))).toEqual(good);
    const emptied = { ...signed(notification, { Subject: null }), Subject: '' };
    expect((await verify(requestOf(emptied)))?.ok).toBe(false);
  });

  it('is refused late and from the future, because its time is signed', async () => {
    const { verify } = setUp();
    const request = requestOf(signed(notification));
    expect(await verify(request, nowMs + 60 * 60_000)).toEqual(good);
    for (const atMs of [nowMs + 24 * 3_600_000, nowMs - 24 * 3_600_000])
      expect(await verify(request, atMs)).toEqual({ ok: false, error: 'the message is too old, or from the future' });
  });

  it('is refused with the key of another, with no signature, and with a version that there is not', async () => {
    const { verify } = setUp();
    const other = givenCertificate({ from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' });
    expect((await verify(requestOf(signed(notification, {}, other.key))))?.ok).toBe(false);
    expect((await verify(requestOf(notification)))?.ok).toBe(false);
    for (const version of ['0', '3', '', 2, '__proto__'])
      expect((await verify(requestOf({ ...signed(notification), SignatureVersion: version })))?.ok).toBe(false);
  });

  it('proves nothing where its topic is not allowed, and then nothing is fetched', async () => {
    const others = { topics: ['arn:aws:sns:eu-central-1:123456789012:others'] };
    expect((await setUp(others).verify(requestOf(signed(notification))))?.ok).toBe(false);
    expect((await setUp({ accounts: ['999999999999'] }).verify(requestOf(signed(notification))))?.ok).toBe(false);
    expect(asked).toEqual([]);
    expect(await setUp({ accounts: ['123456789012'] }).verify(requestOf(signed(notification)))).toEqual(good);
  });

  it.each([
    'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
    'https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem',
    'https://evil.example/sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-central-1.amazonaws.com.cn/SimpleNotificationService-1.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-1.pem',
    'https://bucket.s3.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-central-1.amazonaws.com/?Action=GetTopicAttributes&x=.pem',
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem?x=1',
    'https://169.254.169.254/SimpleNotificationService-1.pem',
    'file:///etc/passwd',
    'EXAMPLE',
  ])('fetches no certificate from %s', async (url) => {
    answers[url] = { status: 200, text: own.pem };
    const result = await setUp().verify(requestOf(signed(notification, { SigningCertURL: url })));
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('SigningCertURL must be https') });
    expect(asked).toEqual([]);
  });

  it('is verified in China with the host of that partition', async () => {
    const arn = 'arn:aws-cn:sns:cn-north-1:123456789012:alarms';
    const url = 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem';
    answers[url] = { status: 200, text: own.pem };
    const message = signed(notification, { TopicArn: arn, SigningCertURL: url });
    expect(await setUp({ topics: [arn] }).verify(requestOf(message))).toEqual(good);
    expect(asked).toEqual([url]);
  });

  it('fetches its certificate once a day, whatever comes at once', async () => {
    const { verify } = setUp({ topics: [topic], tolerance: '30d' });
    const request = requestOf(signed(notification));
    const results = await Promise.all(Array.from({ length: 20 }, () => verify(request)));
    expect(results).toEqual(results.map(() => good));
    expect(asked).toHaveLength(1);
    await verify(request, nowMs + 25 * 3_600_000);
    expect(asked).toHaveLength(2);
  });

  it('is refused with a certificate that is over, is none, or is not there; where AWS does not answer nothing is decided', async () => {
    const request = requestOf(signed(notification));
    const old = givenCertificate({ from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z', key: own.key });
    const coming = givenCertificate({ from: '2027-01-01T00:00:00Z', to: '2028-01-01T00:00:00Z', key: own.key });
    for (const answer of [
      { status: 200, text: old.pem },
      { status: 200, text: coming.pem },
      { status: 200, text: 'no certificate' },
      { status: 404, text: '' },
      { status: 302, text: own.pem },
    ]) {
      answers = { [certificateUrl]: answer };
      expect((await setUp().verify(request))?.ok).toBe(false);
    }
    for (const failing of [{}, { [certificateUrl]: { status: 503, text: '' } }]) {
      answers = failing;
      const { verify } = setUp();
      await expect(verify(request)).rejects.toThrow('could not be fetched');
      answers = { [certificateUrl]: { status: 200, text: own.pem } };
      expect(await verify(request)).toEqual(good);
    }
  });
});

describe('a subscription', () => {
  it('is confirmed with AWS once it is proved, at an address made of topic and token', async () => {
    const { verify, confirm } = setUp();
    const request = requestOf(signed(confirmation));
    expect(await verify(request)).toEqual(good);
    asked = [];
    const wanted = new URL(subscribeUrl).href.replace(topic, encodeURIComponent(topic));
    answers[wanted] = { status: 200, text: '<ConfirmSubscriptionResponse/>' };
    expect(await confirm(request)).toMatchObject({ status: 200 });
    expect(asked).toEqual([wanted]);
    answers = {};
    expect(await confirm(request)).toMatchObject({ status: 503 });
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.eu-central-1.amazonaws.com/?Action=DeleteTopic',
    'https://localhost/?Action=ConfirmSubscription',
  ])('is refused, and nobody is called, where it names %s, signed or not', async (url) => {
    const { verify, confirm } = setUp();
    const request = requestOf(signed(confirmation, { SubscribeURL: url }));
    expect(await verify(request)).toMatchObject({ ok: false, error: expect.stringContaining('SubscribeURL must be') });
    expect(await confirm(request)).toBe(null);
    expect(asked).toEqual([]);
  });

  it('is nothing that a notification or the end of a subscription asks for', async () => {
    const { confirm } = setUp();
    expect(await confirm(requestOf(signed(notification)))).toBe(null);
    expect(await confirm(requestOf(signed(confirmation, { Type: 'UnsubscribeConfirmation' })))).toBe(null);
    expect(await confirm(requestOf(signed(confirmation), { 'x-amz-sns-rawdelivery': 'true' }))).toBe(null);
    expect(asked).toEqual([]);
  });
});

describe('a raw delivery', () => {
  const headers = { 'x-amz-sns-rawdelivery': 'true', 'x-amz-sns-topic-arn': topic };
  const password = (text: string) => `Basic ${Buffer.from(`sns:${text}`).toString('base64')}`;

  it('is refused where it is not expected: nothing signs it', async () => {
    expect(await setUp().verify(requestOf({ AlarmName: 'x' }, headers))).toMatchObject({ ok: false });
  });

  it('holds with the user name and password that the endpoint has, for a topic that is allowed', async () => {
    const { verify } = setUp({ topics: [topic], rawDelivery: { username: 'sns', password: { env: 'SNS' } } });
    const raw = (more: { readonly [name: string]: string }) =>
      verify(requestOf({ AlarmName: 'x' }, { ...headers, ...more }));
    expect(await raw({ authorization: password(sharedSecret) })).toEqual(good);
    expect((await raw({ authorization: password('wrong') }))?.ok).toBe(false);
    expect((await raw({}))?.ok).toBe(false);
    const other = { authorization: password(sharedSecret), 'x-amz-sns-topic-arn': 'arn:aws:sns:eu-west-1:1:x' };
    expect((await raw(other))?.ok).toBe(false);
  });
});

it('an integration names who may send: without topics and accounts the configuration is refused', () => {
  const source = createAwsSns(get);
  expect(readEntry({ source: source.id }, { more: [source] }).faults.join()).toContain('AWS signs for every customer');
  expect(readEntry({ source: source.id, topics: ['alarms'] }, { more: [source] }).faults.join()).toContain(
    'ARN of a topic',
  );
});
