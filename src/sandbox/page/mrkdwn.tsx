// Slack's mrkdwn as elements. Text stays text: React escapes it, and only the few marks below mean anything.
import { Fragment, type ReactNode } from 'react';
import type { State } from './state.ts';

const entities: { readonly [entity: string]: string } = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const plainText = (text: string) => text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);

function link(inner: string, state: State): ReactNode {
  const [target = '', label] = inner.split('|');
  if (target.startsWith('@')) {
    const user = state.users.find(({ id }) => id === target.slice(1));
    return <span className="mention">@{user?.name ?? target.slice(1)}</span>;
  }
  if (target.startsWith('!subteam^')) {
    const group = state.groups.find(({ id }) => id === target.slice(9));
    return <span className="mention">@{group?.handle ?? 'group'}</span>;
  }
  if (target.startsWith('!date^')) return <time>{new Date(Number(target.split('^')[1]) * 1000).toLocaleString()}</time>;
  if (target.startsWith('!')) return <span className="mention">@{target.slice(1)}</span>;
  return /^https?:\/\//.test(target) ? (
    <a href={target} target="_blank" rel="noreferrer">
      {plainText(label ?? target)}
    </a>
  ) : (
    plainText(label ?? target)
  );
}

/** Renders mrkdwn: code blocks, code, bold, italics, links and mentions. */
export function Mrkdwn({ text, state }: { readonly text: string; readonly state: State }) {
  const parts = text.split(/(```[\s\S]*?```|`[^`\n]+`|<[^<>\n]+>|\*[^*\n]+\*|_[^_\n]+_(?!\w))/g);
  return (
    <>
      {parts.map((part, i) => {
        const key = `${i}${part.length}`;
        if (part.startsWith('```') && part.length > 5)
          return <pre key={key}>{plainText(part.slice(3, -3).trim())}</pre>;
        if (part.startsWith('`') && part.length > 2) return <code key={key}>{plainText(part.slice(1, -1))}</code>;
        if (part.startsWith('<') && part.endsWith('>'))
          return <Fragment key={key}>{link(part.slice(1, -1), state)}</Fragment>;
        if (part.startsWith('*') && part.endsWith('*') && part.length > 2)
          return (
            <b key={key}>
              <Mrkdwn text={part.slice(1, -1)} state={state} />
            </b>
          );
        return <Fragment key={key}>{plainText(part)}</Fragment>;
      })}
    </>
  );
}
