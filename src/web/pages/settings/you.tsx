// Who you are to Firebreak, what you may do, and how this browser shows it.
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { signOut } from '../../data/client.ts';
import { choose, useTheme, useZone } from '../../data/preferences.ts';
import { useMe } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Facts, Section } from '../../kit/card.tsx';
import { Skeleton } from '../../kit/feedback.tsx';
import { Field, Input, Select } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { proofWords, rightsWords } from '../../model/me.ts';
import { states } from '../../model/states.ts';
import { isZone } from '../../model/time.ts';

const leave = () => signOut().catch(() => toast('Not signed out: the server refused.', states.failed));

/** The part. */
export function You() {
  const { data: me } = useMe();
  return (
    <div className="max-w-2xl space-y-8">
      <Section title="You">
        <Card className="p-4">
          {me === undefined ? (
            <Skeleton className="h-12" />
          ) : (
            <Facts
              facts={[
                ['Name', me.actor.name ?? me.actor.id],
                ['You are', proofWords(me)],
                ['Person', me.actor.person ?? 'linked to nobody under people:'],
                ['Rights', rightsWords(me)],
              ]}
            />
          )}
          {me?.proof === 'session' && (
            <Button size="small" className="mt-4" onClick={() => void leave()}>
              <LogOut className="size-3.5" aria-hidden="true" /> Sign out
            </Button>
          )}
        </Card>
      </Section>
      <Section title="This browser">
        <Card className="space-y-4 p-4">
          <ThemeField />
          <ZoneField />
        </Card>
      </Section>
    </div>
  );
}

function ThemeField() {
  const theme = useTheme();
  return (
    <Field label="Theme">
      {(its) => (
        <Select {...its} value={theme} onChange={(event) => choose('firebreak.theme', event.target.value)}>
          <option value="system">As the system</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </Select>
      )}
    </Field>
  );
}

function ZoneField() {
  const zone = useZone();
  const [typed, setTyped] = useState(zone === 'local' ? '' : zone);
  const isKnown = typed.trim() === '' || isZone(typed.trim());
  return (
    <Field
      label="Time zone"
      hint={`Such as UTC or Europe/Berlin. Empty: as this browser, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`}
      fault={isKnown ? undefined : 'No time zone of this name is known here.'}
    >
      {(its) => (
        <Input
          {...its}
          value={typed}
          className="max-w-60"
          onChange={(event) => {
            const text = event.target.value;
            setTyped(text);
            if (text.trim() === '') choose('firebreak.zone', 'local');
            else if (isZone(text.trim())) choose('firebreak.zone', text.trim());
          }}
        />
      )}
    </Field>
  );
}
