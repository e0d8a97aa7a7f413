// What an error of Slack means for us. One table, so that every caller reacts alike. Calls nothing.
// By the codes of Slack's library and not by its classes: who only asks about roles need not load it.
import type { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import type { ErrorClass } from '../core/playbook/playbook.ts';

type Said = {
  /** Slack's own code, else the kind of failure. */
  readonly code: string;
  readonly message: string;
};

/**
 * `wait`: Slack limits the rate (429); `ambiguous`: it may have happened, look before repeating; `content`: Slack refuses what we
 * send; `place`: the channel cannot be used; `dead`: the tokens are worth nothing; `other`: anything else.
 */
export type SlackTrouble =
  | (Said & { readonly kind: 'wait'; readonly retryAfterMs: number })
  | (Said & { readonly kind: 'ambiguous' | 'content' | 'place' | 'dead' | 'other' });

const kinds: readonly (readonly [SlackTrouble['kind'], readonly string[]])[] = [
  ['wait', ['ratelimited', 'rate_limited', 'message_limit_exceeded']],
  ['ambiguous', ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'update_failed']],
  [
    'content',
    [
      'invalid_blocks',
      'invalid_blocks_format',
      'msg_too_long',
      'msg_blocks_too_long',
      'no_text',
      'block_mismatch',
    ].concat(['metadata_too_large', 'invalid_metadata_format', 'invalid_arguments', 'too_long', 'invalid_attachments']),
  ],
  [
    'place',
    [
      'channel_not_found',
      'not_in_channel',
      'is_archived',
      'is_inactive',
      'missing_scope',
      'no_permission',
      'access_denied',
    ]
      .concat([
        'cannot_create_channel',
        'method_not_supported_for_channel_type',
        'restricted_action_non_threadable_channel',
        'restricted_action_thread_locked',
      ])
      .concat(['restricted_action', 'restricted_action_read_only_channel', 'restricted_action_thread_only_channel']),
  ],
  [
    'dead',
    ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'team_added_to_org'].concat([
      'user_removed_from_team',
      'team_disabled',
      'not_allowed_token_type',
    ]),
  ],
];
const kindOf = new Map(kinds.flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const)));

const platformError = 'slack_webapi_platform_error';

/** True for an error of Slack's library with its code for errors of that kind. */
function isOf<E extends Error & { readonly code: string }>(error: unknown, code: `${E['code']}`): error is E {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** How long to wait after a 429 that does not say. */
const unsaidWaitMs = 2000;

/** Says what an error means. */
export function troubleOf(error: unknown): SlackTrouble {
  const message = error instanceof Error ? error.message : String(error);
  if (isOf<WebAPIRateLimitedError>(error, 'slack_webapi_rate_limited_error'))
    return { kind: 'wait', code: 'rate_limited', message, retryAfterMs: Math.max(0, error.retryAfter) * 1000 };
  if (isOf<WebAPIPlatformError>(error, platformError)) {
    const { data } = error;
    const code = data.error;
    const kind = kindOf.get(code) ?? 'other';
    // Slack names the missing scope beside `missing_scope`; the library's type does not know the field.
    const needed = 'needed' in data && typeof data.needed === 'string' ? ` (needed: ${data.needed})` : '';
    const said = `Slack says ${code}${needed}`;
    return kind === 'wait' ? { kind, code, message: said, retryAfterMs: unsaidWaitMs } : { kind, code, message: said };
  }
  if (isOf<WebAPIHTTPError>(error, 'slack_webapi_http_error'))
    return { kind: 'ambiguous', code: `http_${error.statusCode}`, message };
  if (isOf<WebAPIRequestError>(error, 'slack_webapi_request_error'))
    return { kind: 'ambiguous', code: 'unreachable', message };
  return { kind: 'other', code: 'unexpected', message };
}

/** True for one of Slack's own error codes. */
export function isPlatformError(error: unknown, codes: readonly string[]): error is WebAPIPlatformError {
  return isOf<WebAPIPlatformError>(error, platformError) && codes.includes(error.data.error);
}

/** The error class of an action that failed this way. */
export function errorClassOf({ kind }: SlackTrouble): ErrorClass {
  switch (kind) {
    case 'wait':
      return 'rate_limited';
    case 'content':
    case 'place':
      return 'invalid';
    case 'dead':
      return 'auth';
    case 'ambiguous':
    case 'other':
      return 'transient';
  }
}
