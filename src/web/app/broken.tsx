// What stands where a page failed to draw: a fault of ours, or files of a newer version.
import { Button } from '../kit/button.tsx';
import { Exactly } from '../kit/parts.tsx';

/** Says so, and loads the page anew. */
export function Broken({ error }: { error: unknown }) {
  const text = error instanceof Error ? error.message : String(error);
  const isOutdated = /dynamically imported module|module script/i.test(text);
  return (
    <div role="alert" className="mx-auto max-w-lg space-y-3 px-5 py-16">
      <h1 className="text-xl font-semibold">{isOutdated ? 'Firebreak was updated' : 'This page could not be drawn'}</h1>
      <p className="text-muted">
        {isOutdated
          ? 'This tab is of the version before. Load it anew; nothing is lost.'
          : 'That is a fault of ours: nothing was changed, and the incident goes on in Slack and on the command line.'}
      </p>
      {!isOutdated && <Exactly label="What went wrong" value={text} />}
      <Button kind="main" onClick={() => location.reload()}>
        Load the page anew
      </Button>
    </div>
  );
}
