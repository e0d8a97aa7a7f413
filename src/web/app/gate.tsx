// Who looks at the page is asked first: whoever has shown no proof signs in, or shows a token, and comes back to where he or she was.
import { useQueryClient } from '@tanstack/react-query';
import { Flame } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { signInUrl } from '../data/client.ts';
import { type ApiFailure, asFailure } from '../data/failure.ts';
import { useMe } from '../data/read.ts';
import { dropToken, heldToken, keepToken } from '../data/token.ts';
import { Button } from '../kit/button.tsx';
import { ErrorCard } from '../kit/feedback.tsx';
import { Field, Input } from '../kit/field.tsx';

/** Shows the application to whoever is known. */
export function Gate({ children }: { children: ReactNode }) {
  const me = useMe();
  if (me.data !== undefined && asFailure(me.error).status !== 401) return children;
  if (me.error === null) return <div className="h-full" role="status" aria-label="Loading Firebreak" />;
  const failure = asFailure(me.error);
  return (
    <main className="mx-auto flex h-full w-full max-w-sm flex-col justify-center gap-6 px-5 pb-[12vh]">
      <h1 className="flex items-center gap-2 text-xl font-semibold">
        <Flame className="size-5 text-accent" aria-hidden="true" /> Firebreak
      </h1>
      {failure.status === 401 ? (
        <TokenForm failure={failure} />
      ) : (
        <ErrorCard error={failure} what="Firebreak" retry={() => void me.refetch()} />
      )}
    </main>
  );
}

const why = (failure: ApiFailure): string =>
  failure.code === 'session_ended' ? failure.message : 'Sign in, or show an API token, to see what happens.';

function TokenForm({ failure }: { failure: ApiFailure }) {
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const wasShown = heldToken() !== null;
  const show = async () => {
    keepToken(token.trim());
    await queries.refetchQueries({ queryKey: ['me'] });
  };
  return (
    <>
      <p className="text-muted">{wasShown ? 'That token does not open this Firebreak.' : why(failure)}</p>
      <a
        href={signInUrl()}
        onClick={dropToken}
        className="flex h-9 items-center justify-center rounded-md bg-ink font-medium text-on-ink hover:opacity-90"
      >
        Sign in
      </a>
      <form
        className="space-y-3 border-t pt-5"
        onSubmit={(event) => {
          event.preventDefault();
          void show();
        }}
      >
        <Field label="API token" hint="It stays in this tab." fault={wasShown ? failure.message : undefined}>
          {(its) => (
            <Input
              {...its}
              type="password"
              spellCheck={false}
              required
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" className="w-full">
          Continue with the token
        </Button>
      </form>
      <noscript>This page needs JavaScript.</noscript>
    </>
  );
}
