// Slack's mrkdwn as elements. Text stays text: React escapes it, and only the few marks below mean anything.
import { Fragment, type ReactNode } from 'react';
import { emoji } from './emoji.ts';
import type { State } from './state.ts';

const entities: { readonly [entity: string]: string } = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const plainText = (text: string) =>
  text
    .replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity)
    .replace(/:[a-z0-9_+-]+:/g, (name) => emoji(name));

/** `<!date^…>` in the reader's own time; the tokens of Slack that Firebreak's kind of app uses. */
function dateText(seconds: number, format: string): string {
  const at = new Date(seconds * 1000);
  const day = at.toLocaleDateString([], { day: 'numeric', month: 'short' });
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
  return format
    .replace(/\{date[a-z_]*\}/g, at.toDateString() === new Date().toDateString() ? 'today' : day)
    .replace(/\{time_secs\}/g, at.toLocaleTimeString())
    .replace(/\{time\}/g, time)
    .replace(/\{ago\}/g, `${day} ${time}`);
}

/** A mention, an address or a date: what stands between angle brackets. */
export function Mark({ inner, state }: { readonly inner: string; readonly state: State }): ReactNode {
  const [target = '', label] = inner.split('|');
  if (target.startsWith('@')) {
    const user = state.users.find(({ id }) => id === target.slice(1));
    return <span className="mention">@{user?.name ?? target.slice(1)}</span>;
  }
  if (target.startsWith('#')) {
    const channel = state.channels.find(({ id }) => id === target.slice(1));
    return <span className="mention">#{channel?.name ?? label ?? target.slice(1)}</span>;
  }
  if (target.startsWith('!subteam^')) {
    const group = state.groups.find(({ id }) => id === target.slice(9));
    return <span className="mention">@{group?.handle ?? 'group'}</span>;
  }
  if (target.startsWith('!date^')) {
    const [, seconds, format = ''] = target.split('^');
    return <time>{dateText(Number(seconds), format)}</time>;
  }
  if (target.startsWith('!')) return <span className="mention">@{target.slice(1)}</span>;
  return /^(?:https?:\/\/|mailto:)/.test(target) ? (
    <a href={target} target="_blank" rel="noreferrer">
      {plainText(label ?? target)}
    </a>
  ) : (
    plainText(label ?? target)
  );
}

/** Renders mrkdwn: code blocks, code, quotes, bold, italics, strikes, links and mentions. */
export function Mrkdwn({ text, state }: { readonly text: string; readonly state: State }) {
  const parts = text.split(
    /(```[\s\S]*?```|`[^`\n]+`|<[^<>\n]+>|(?:^|(?<=\n))(?:&gt;|>) ?[^\n]*\n?|\*[^*\n]+\*|(?<!\w)_[^_\n]+_(?!\w)|(?<!\w)~[^~\n]+~(?!\w))/g,
  );
  return (
    <>
      {parts.map((part, i) => {
        const key = `${i}${part.length}`;
        if (i % 2 === 0) return <Fragment key={key}>{plainText(part)}</Fragment>;
        if (part.startsWith('```')) return <pre key={key}>{plainText(part.slice(3, -3).trim())}</pre>;
        if (part.startsWith('`')) return <code key={key}>{plainText(part.slice(1, -1))}</code>;
        if (part.startsWith('<')) return <Mark key={key} inner={part.slice(1, -1)} state={state} />;
        const quoted = /^(?:&gt;|>) ?(.*)\n?$/.exec(part);
        if (quoted)
          return (
            <blockquote key={key}>
              <Mrkdwn text={quoted[1] ?? ''} state={state} />
            </blockquote>
          );
        const Style = part.startsWith('*') ? 'b' : part.startsWith('_') ? 'i' : 's';
        return (
          <Style key={key}>
            <Mrkdwn text={part.slice(1, -1)} state={state} />
          </Style>
        );
      })}
    </>
  );
}
