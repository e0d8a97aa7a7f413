// Settings: who you are and what you may do, your passkeys, who may what, how this browser shows it, and, for administrators, sessions and tokens.
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLacking } from '../../data/read.ts';
import { PageBody, PageHead } from '../../kit/card.tsx';
import { Empty } from '../../kit/feedback.tsx';
import { useTitle } from '../../kit/title.ts';
import { AccessPart } from './access.tsx';
import { Passkeys } from './passkeys.tsx';
import { RecordPart } from './record.tsx';
import { Sessions } from './sessions.tsx';
import { Tokens } from './tokens.tsx';
import { You } from './you.tsx';

const sections = [
  ['you', 'You'],
  ['passkeys', 'Passkeys'],
  ['access', 'Access'],
  ['sessions', 'Sessions'],
  ['tokens', 'Tokens'],
  ['record', 'Record'],
] as const;

/** What administrators see. */
const parts: { readonly [section: string]: () => ReactNode } = {
  sessions: Sessions,
  tokens: Tokens,
  record: RecordPart,
};

/** The page; its parts have addresses of their own. */
export function SettingsPage() {
  const { section = 'you' } = useParams({ strict: false }) as { section?: string };
  const lacking = useLacking('administer');
  const Part = Object.hasOwn(parts, section) ? parts[section] : undefined;
  useTitle('Settings');
  return (
    <>
      <PageHead title="Settings" />
      <nav aria-label="Parts of the settings" className="flex gap-1 overflow-x-auto border-b px-3 md:px-5">
        {sections.map(([id, name]) => (
          <Link
            key={id}
            to="/settings/$section"
            params={{ section: id }}
            activeProps={{}}
            aria-current={section === id ? 'page' : undefined}
            className={`-mb-px shrink-0 border-b-2 px-2 pb-2 text-sm font-medium whitespace-nowrap focus-visible:-outline-offset-2 ${section === id ? 'border-ink text-ink' : 'border-transparent text-muted hover:text-ink'}`}
          >
            {name}
          </Link>
        ))}
      </nav>
      <PageBody className="pt-5">
        {section === 'you' ? (
          <You />
        ) : section === 'passkeys' ? (
          <Passkeys />
        ) : section === 'access' ? (
          <AccessPart />
        ) : Part !== undefined ? (
          lacking === null ? (
            <Part />
          ) : (
            <Empty title="Only administrators see this">{lacking}</Empty>
          )
        ) : (
          <Empty title="There is no such part of the settings" />
        )}
      </PageBody>
    </>
  );
}
