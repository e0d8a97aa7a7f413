// What the page about Amazon SNS says, and an alarm as CloudWatch publishes it. Decides nothing.

/** An alarm, as raw delivery sends it. */
export function sampleOf(state: 'ALARM' | 'OK') {
  const over = state === 'OK';
  return {
    AlarmName: 'checkout-5xx-high',
    AlarmDescription: 'More than 5 % of the answers of checkout are errors',
    AWSAccountId: '123456789012',
    NewStateValue: state,
    NewStateReason: over
      ? 'Threshold Crossed: 1 datapoint [3.0] was not greater than the threshold (50.0).'
      : 'Threshold Crossed: 2 datapoints [71.0, 64.0] were greater than the threshold (50.0).',
    StateChangeTime: over ? '2026-03-01T03:33:10.120+0000' : '2026-03-01T03:04:05.678+0000',
    Region: 'EU (Frankfurt)',
    AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:checkout-5xx-high',
    OldStateValue: over ? 'ALARM' : 'OK',
    Trigger: {
      MetricName: 'HTTPCode_Target_5XX_Count',
      Namespace: 'AWS/ApplicationELB',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ name: 'LoadBalancer', value: 'app/checkout/50dc6c495c0c9188' }],
      Period: 60,
      EvaluationPeriods: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50,
      TreatMissingData: 'notBreaching',
    },
  };
}

/** The page. */
export const docs = {
  setUp: `Name the topics that may send here. AWS signs for every customer alike, so that a good signature alone says nothing about whose
alarm it is:

\`\`\`yaml
integrations:
  aws-cloudwatch-sns:
    source: aws-cloudwatch-sns
    topics: ["arn:aws:sns:eu-central-1:123456789012:alarms"]
    severity: critical
\`\`\`

\`accounts: ["123456789012"]\` allows every topic of an account. Then subscribe the topic, protocol HTTPS, endpoint
\`https://firebreak.example.com/hooks/aws-cloudwatch-sns\`. Firebreak confirms the subscription by itself, if the message is signed by AWS and
its topic is allowed; it calls nothing but the host of SNS in the region of the topic. Let the alarm notify the topic in all three states.

An alarm is known by its ARN. \`ALARM\` fires, \`OK\` resolves. \`INSUFFICIENT_DATA\` fires as information: an alarm that goes on does so until it
is \`OK\`, and one that has never had data makes no noise. AWS sends no severity: \`severity\` of the integration says what an alarm counts as
(\`error\` unless it is written), so give topics of different urgency an integration each. Labels are the dimensions, with \`alarm\`, \`account\`,
\`region\`, \`namespace\`, \`metric\` and \`topic\`. Events of EventBridge (AWS Health and others) and plain texts become alerts as well; only those
that say that they are over have an end.`,
  security: `Every message is verified with the certificate of AWS: \`SignatureVersion\` 1 (SHA1) and 2 (SHA256, which you set as an attribute of the topic).
The certificate is fetched from the host of SNS in the region of the topic, over HTTPS, and kept for a day. The time of the message is
signed: what is older than \`tolerance\` (75 minutes, as SNS tries for an hour at most) is refused. No \`auth\` is needed; \`basic\` beside it is
checked too.

Raw message delivery leaves the signature out. It is refused unless \`rawDelivery: { username: sns, password: { env: SNS_PASSWORD } }\` is
set and the endpoint has them: \`https://sns:PASSWORD@firebreak.example.com/hooks/aws-cloudwatch-sns\`. Prefer the signed form.`,
  test: `\`aws cloudwatch set-alarm-state --alarm-name NAME --state-value ALARM --state-reason test\` takes the whole way, and the next
evaluation ends it. \`alert send\` cannot sign for AWS: it works where \`rawDelivery\` and an equal \`auth\` of type \`basic\` are set.`,
  retries: `Unless the subscription says otherwise SNS tries again three times, 20 seconds apart, after no answer and server errors; a policy of your own
can go on for up to an hour. 4xx other than 429 is not repeated. What is left is lost, unless the subscription has a dead-letter queue: give
it one. A message keeps its id, so what comes twice is taken once.`,
};
