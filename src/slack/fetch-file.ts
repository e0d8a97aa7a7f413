// Fetches one file that hangs on a message of a channel. The bot's token goes to Slack's own hosts, or to the one that the configuration
// names, and nowhere else, wherever Slack's answers or redirects point. Reads no more than is kept.
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { FetchChatFile, FetchedEvidence } from '../ports/evidence.ts';
import { troubleOf } from './slack-error.ts';

/** What fetching needs. `apiUrl`: another Slack than Slack's own; null: that. */
export type FetchFileDeps = {
  readonly client: Pick<WebClient, 'files'>;
  readonly botToken: string;
  readonly apiUrl: string | null;
  /** Sends a request; follows no redirect. */
  readonly fetch?: typeof fetch;
};

/** A file as Slack describes it, as far as it is looked at. */
const SlackFile = z.looseObject({
  name: z.string().nullish(),
  title: z.string().nullish(),
  size: z.number().optional(),
  mimetype: z.string().optional(),
  is_external: z.boolean().optional(),
  mode: z.string().optional(),
  url_private: z.string().optional(),
  url_private_download: z.string().optional(),
});

const maxRedirects = 3;
/** Codes of Slack by which a file is not to be had. */
const gone: ReadonlySet<string> = new Set(['file_not_found', 'file_deleted', 'not_visible']);

const failed = (reason: string, mayPass: boolean): FetchedEvidence => ({ outcome: 'failed', reason, mayPass });

/** True for addresses that may see the token. */
export function mayGetToken(address: string, apiUrl: string | null): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, host, username } = new URL(address);
  if (username !== '') return false;
  if (apiUrl !== null)
    return URL.canParse(apiUrl) && host === new URL(apiUrl).host && protocol === new URL(apiUrl).protocol;
  return protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'));
}

/** Makes it. */
export function createFetchFile(deps: FetchFileDeps): FetchChatFile {
  return async (fileId, bounds) => {
    try {
      const answer = await deps.client.files.info({ file: fileId });
      const file = SlackFile.safeParse(answer.file).data;
      if (!file) return failed('Slack describes the file in a way that is not known', false);
      return await download(deps, file, bounds);
    } catch (error) {
      const { kind, code, message } = troubleOf(error);
      if (code === 'missing_scope')
        return failed('the Slack app lacks the scope files:read; add it and install it again', false);
      const lasts = kind === 'place' || kind === 'content' || kind === 'dead' || gone.has(code);
      return failed(`Slack: ${message}`, !lasts);
    }
  };
}

async function download(
  { botToken, apiUrl, fetch: send = fetch }: FetchFileDeps,
  file: z.infer<typeof SlackFile>,
  { maxBytes, signal }: Parameters<FetchChatFile>[1],
): Promise<FetchedEvidence> {
  const name = file.name ?? file.title ?? 'file';
  if (file.is_external === true || file.mode === 'external') return failed(`${name} lies outside of Slack`, false);
  if (file.mode === 'tombstone') return failed(`${name} was deleted in Slack`, false);
  let address = file.url_private_download ?? file.url_private ?? '';
  for (let hop = 0; hop <= maxRedirects; hop++) {
    if (!mayGetToken(address, apiUrl)) return failed(`${name} is offered at an address that is not Slack's`, false);
    const headers = { authorization: `Bearer ${botToken}` };
    const answer = await send(address, { headers, redirect: 'manual', signal });
    const location = answer.headers.get('location');
    if (answer.status >= 300 && answer.status < 400 && location !== null) {
      await answer.body?.cancel();
      address = URL.canParse(location, address) ? new URL(location, address).href : '';
      continue;
    }
    if (!answer.ok) {
      await answer.body?.cancel();
      return failed(`Slack answers ${answer.status} for ${name}`, answer.status === 429 || answer.status >= 500);
    }
    // Whoever may not read a file is shown Slack's sign-in page.
    const isPage = (answer.headers.get('content-type') ?? '').startsWith('text/html');
    if (isPage && file.mimetype !== 'text/html') {
      await answer.body?.cancel();
      return failed(`Slack shows its sign-in page for ${name}: the app may not read it`, false);
    }
    return bounded(answer, { name, size: file.size ?? 0, maxBytes });
  }
  return failed(`${name} is behind more than ${maxRedirects} redirects`, false);
}

async function bounded(
  answer: Response,
  { name, size, maxBytes }: { readonly name: string; readonly size: number; readonly maxBytes: number },
): Promise<FetchedEvidence> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  // Leaving the loop ends the download.
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk.subarray(0, maxBytes - read));
    read += chunk.length;
    if (read > maxBytes) break;
  }
  const content = Buffer.concat(chunks);
  const part = { name, content, declared: null, lostBytes: Math.max(read, size) - content.length };
  return { outcome: 'fetched', parts: [part] };
}
