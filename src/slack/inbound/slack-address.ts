// Which addresses are Slack's: a request names where it wants its answer, and nothing is sent anywhere else.
import type { RespondFn } from '@slack/bolt';
import type { InboundContext } from './surface.ts';

const hosts = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

/** True for an address of Slack's that takes answers, or of whatever stands in Slack's place (`SLACK_API_URL`). */
export function isSlackAddress(text: unknown, apiUrl: string | null): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  if (apiUrl !== null && url.origin === new URL(apiUrl).origin) return true;
  return url.protocol === 'https:' && url.port === '' && hosts.has(url.hostname);
}

/** Answers where the request wants it, if that is Slack. */
export function toSlackOnly(
  respond: RespondFn,
  { response_url: url }: { readonly response_url?: string },
  { apiUrl }: Pick<InboundContext, 'apiUrl'>,
): RespondFn {
  if (isSlackAddress(url, apiUrl)) return respond;
  return async () => {
    throw new Error('the request wants its answer at an address that is not Slack');
  };
}
