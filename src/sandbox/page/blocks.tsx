// Blocks as people see them, in messages, forms and Home tabs. What can be used in them acts through the surface.
import { Fragment, type ReactNode } from 'react';
import { type RichPart, type ShownBlock, textOf } from './block-kit.ts';
import { Action, useSurface } from './elements.tsx';
import { Mark, Mrkdwn } from './mrkdwn.tsx';

function Words({ text }: { readonly text: { readonly type?: string; readonly text: string } }) {
  const { state } = useSurface();
  return text.type === 'plain_text' ? text.text : <Mrkdwn text={text.text} state={state} />;
}

function Section({ block }: { readonly block: ShownBlock }) {
  const { text, fields = [], accessory } = block;
  return (
    <div className="block section">
      <div className="grow">
        {typeof text === 'object' ? <Words text={text} /> : null}
        {fields.length > 0 ? (
          <div className="fields">
            {fields.map((field, i) => (
              <div key={`${block.block_id}${i}`}>
                <Words text={field} />
              </div>
            ))}
          </div>
        ) : null}
      </div>
      {accessory ? <Action block={block} element={accessory} /> : null}
    </div>
  );
}

function markOf(part: RichPart): string | null {
  switch (part.type) {
    case 'user':
      return `@${part.user_id}`;
    case 'usergroup':
      return `!subteam^${part.usergroup_id}`;
    case 'channel':
      return `#${part.channel_id}`;
    case 'broadcast':
      return `!${part.range}`;
    case 'link':
      return `${part.url}|${part.text ?? part.url}`;
    case 'emoji':
      return `|:${part.name}:`;
    default:
      return null;
  }
}

const within = ({ elements = [] }: RichPart): ReactNode => <Rich parts={elements} />;

function Rich({ parts }: { readonly parts: readonly RichPart[] }): ReactNode {
  const { state } = useSurface();
  return parts.map((part, i) => {
    const key = `${part.type}${i}`;
    const mark = markOf(part);
    if (mark !== null) return <Mark key={key} inner={mark} state={state} />;
    switch (part.type) {
      case 'rich_text_quote':
        return <blockquote key={key}>{within(part)}</blockquote>;
      case 'rich_text_preformatted':
        return <pre key={key}>{within(part)}</pre>;
      case 'rich_text_list':
        return (
          <ul key={key}>
            {part.elements?.map((element, n) => (
              <li key={`${element.type}${n}`}>{within(element)}</li>
            ))}
          </ul>
        );
      case 'rich_text_section':
        return <div key={key}>{within(part)}</div>;
      default: {
        const style = typeof part.style === 'object' ? part.style : {};
        if (style.code) return <code key={key}>{part.text}</code>;
        if (style.bold) return <b key={key}>{part.text}</b>;
        return style.italic ? <i key={key}>{part.text}</i> : <Fragment key={key}>{part.text}</Fragment>;
      }
    }
  });
}

/** One block. Fields of forms are not drawn here. */
export function BlockView({ block }: { readonly block: ShownBlock }) {
  const { state } = useSurface();
  switch (block.type) {
    case 'header':
      return <h2 className="block header">{textOf(block.text)}</h2>;
    case 'section':
      return <Section block={block} />;
    case 'markdown':
      return (
        <div className="block">
          <Mrkdwn text={textOf(block.text).replace(/\*\*/g, '*')} state={state} />
        </div>
      );
    case 'context':
      return (
        <div className="block context">
          {block.elements?.map((element, i) => {
            const key = `${block.block_id}${i}`;
            if (element.type === 'image')
              return <img key={key} className="small" src={element.image_url} alt={element.alt_text ?? ''} />;
            return (
              <span key={key}>
                <Words text={{ type: element.type, text: textOf(element.text) }} />
              </span>
            );
          })}
        </div>
      );
    case 'actions':
      return (
        <div className="block actions">
          {block.elements?.map((element, i) => (
            <Action key={element.action_id ?? i} block={block} element={element} />
          ))}
        </div>
      );
    case 'divider':
      return <hr />;
    case 'image':
      return <img className="block" src={block.image_url} alt={block.alt_text ?? ''} />;
    case 'rich_text':
      return (
        <div className="block">
          <Rich parts={(block.elements ?? []) as readonly RichPart[]} />
        </div>
      );
    case 'table':
      return (
        <table className="block">
          <tbody>
            {block.rows?.map((row, i) => (
              <tr key={`${i}${row.length}`}>
                {row.map((cell, n) => (
                  <td key={`${n}${cell.text ?? ''}`}>{cell.text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    default:
      return <div className="block context">[{block.type}]</div>;
  }
}

/** Blocks one under the other. */
export const Blocks = ({ blocks }: { readonly blocks: readonly ShownBlock[] }) =>
  blocks.map((block, i) => <BlockView key={`${block.block_id ?? block.type}${i}`} block={block} />);
