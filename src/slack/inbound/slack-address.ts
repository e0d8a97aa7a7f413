// Which addresses are Slack's: a request names where it wants its answer, and nothing is sent anywhere else.

const hosts = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

/** True for an address of Slack's that takes answers, or of whatever stands in Slack's place (`SLACK_API_URL`). */
export function isSlackAddress(text: unknown, apiUrl: string | null): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  if (apiUrl !== null && url.origin === new URL(apiUrl).origin) return true;
  return url.protocol === 'https:' && url.port === '' && hosts.has(url.hostname);
}
