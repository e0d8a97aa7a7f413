// The control panel: what happens to the workspace from outside. Alerts to fire, ways to break Slack, people and groups; and how the app stands.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { act, personName, type State, useLive } from './state.ts';

/** How the app stands, as the server tells it. */
type AppState = {
  readonly reachedBy: string;
  readonly calls: number;
  readonly lastCall: { readonly method: string } | null;
  readonly deliveries: readonly {
    readonly kind: string;
    readonly via: string;
    readonly outcome: string;
    readonly status: number | null;
    readonly tookMs: number;
  }[];
  readonly faults: readonly { readonly kind: string; readonly method?: string; readonly times: number }[];
};

/** Whatever the next calls of the app meet. */
const breakages = [
  { label: 'Next 5 calls: 429', kind: 'rate_limited', times: 5 },
  { label: 'Next 5 calls: 500', kind: 'http_500', times: 5 },
  { label: 'Next call: done, never answered', kind: 'effect_then_timeout', times: 1 },
  { label: 'Slack is away', kind: 'drop', times: 1_000_000 },
  { label: 'Token revoked', kind: 'token_revoked', times: 1_000_000 },
] as const;

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Standing({ app }: { readonly app: AppState }) {
  return (
    <Section title="The app">
      <p>
        Reached by {app.reachedBy}. {app.calls} calls{app.lastCall ? `, the last ${app.lastCall.method}` : ''}.
      </p>
      {app.faults.map(({ kind, times }, i) => (
        <p key={`${kind}${i}`} className="state bad">
          ✕ {kind.replaceAll('_', ' ')} {times > 1000 ? 'until mended' : `for ${times} more`}
        </p>
      ))}
      <ol className="deliveries">
        {app.deliveries.toReversed().map(({ kind, outcome, status, tookMs }, i) => (
          <li key={`${app.calls}${i}`} className={outcome === 'acknowledged' ? '' : 'bad'}>
            <span>{kind}</span>
            <span>
              {outcome === 'acknowledged' ? '✓' : `✕ ${outcome}`} {status === 200 ? '' : status} {tookMs} ms
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Groups({ state }: { readonly state: State }) {
  const people = state.users.filter(({ isBot }) => !isBot);
  return (
    <Section title="People and groups">
      {people.map(({ id, realName, deleted }) => (
        <label key={id} className="check">
          <input
            type="checkbox"
            checked={!deleted}
            onChange={() => act('/control/active', { user: id, isActive: deleted })}
          />
          {realName} {deleted ? 'is deactivated' : 'is active'}
        </label>
      ))}
      {state.groups.map(({ id, handle, users }) => (
        <fieldset key={id}>
          <legend>@{handle}</legend>
          {people.map((person) => {
            const isIn = users.includes(person.id);
            const others = users.filter((user) => user !== person.id);
            return (
              <label key={person.id} className="check">
                <input
                  type="checkbox"
                  checked={isIn}
                  onChange={() => act('/control/group', { group: id, users: isIn ? others : [...others, person.id] })}
                />
                {personName(state, person.id)}
              </label>
            );
          })}
        </fieldset>
      ))}
    </Section>
  );
}

/** The panel, beside the messages. */
export function Panel({ state, onClose }: { readonly state: State; readonly onClose: () => void }) {
  const app = useLive<AppState>('/app-state', ['message', 'traffic']);
  const [trouble, setTrouble] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const run = async (path: string, body: unknown) => {
    const { seen } = await act(path, body);
    setTrouble(seen.kind === 'error' ? seen.text : '');
  };
  return (
    <aside className="panel" aria-label="Control panel" onKeyDown={({ key }) => key === 'Escape' && onClose()}>
      <div className="title">
        <h2 ref={heading} tabIndex={-1}>
          Control panel
        </h2>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      {trouble ? (
        <p className="fault" role="alert">
          {trouble}
        </p>
      ) : null}
      {state.scenarios.length > 0 ? (
        <Section title="Alerts">
          {state.scenarios.map(({ id, label }) => (
            <button key={id} type="button" className="button" onClick={() => run('/control/scenario', { id })}>
              {label}
            </button>
          ))}
        </Section>
      ) : null}
      <Section title="Break Slack">
        {breakages.map(({ label, kind, times }) => (
          <button key={kind} type="button" className="button" onClick={() => run('/control/fault', { kind, times })}>
            {label}
          </button>
        ))}
        <button type="button" className="button primary" onClick={() => run('/control/mend', {})}>
          Mend everything
        </button>
      </Section>
      {app ? <Standing app={app} /> : null}
      <Groups state={state} />
    </aside>
  );
}
