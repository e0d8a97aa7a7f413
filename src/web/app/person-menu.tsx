// Who looks at the page, what that one may do, and what he or she chose: theme, time zone, the way out.
import { CircleUserRound, Keyboard, LogOut } from 'lucide-react';
import { signOut } from '../data/client.ts';
import { choose, useTheme, useZone } from '../data/preferences.ts';
import { useMe } from '../data/read.ts';
import { dropToken, heldToken } from '../data/token.ts';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '../kit/menu.tsx';
import { toast } from '../kit/toast.tsx';
import { proofWords } from '../model/me.ts';
import { states } from '../model/states.ts';

const themes = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const leaveToken = () => {
  dropToken();
  location.reload();
};
const leave = () => signOut().catch(() => toast('Not signed out: the server refused.', states.failed));

/** The menu. */
export function PersonMenu({ help }: { help: () => void }) {
  const { data: me } = useMe();
  const theme = useTheme();
  const zone = useZone();
  const zones = [...new Set(['local', 'UTC', zone])].map((value) => ({
    value,
    label: value === 'local' ? 'As this browser' : value,
  }));
  const name = me?.actor.name ?? me?.actor.id ?? '';
  return (
    <Menu
      label="You"
      trigger={
        <button
          type="button"
          aria-label={`You: ${name}`}
          className="flex size-8 items-center justify-center rounded-full text-muted hover:bg-raised hover:text-ink"
        >
          <CircleUserRound className="size-5" aria-hidden="true" />
        </button>
      }
    >
      {me && (
        <MenuLabel>
          <span className="block font-medium">{name}</span>
          <span className="block max-w-56 text-xs text-muted">{proofWords(me)}</span>
        </MenuLabel>
      )}
      <MenuLine />
      <MenuChoice label="Theme" value={theme} options={themes} onChoose={(value) => choose('firebreak.theme', value)} />
      <MenuChoice
        label="Time zone"
        value={zone}
        options={zones}
        onChoose={(value) => choose('firebreak.zone', value)}
      />
      <MenuLine />
      <MenuItem onSelect={help}>
        <Keyboard className="size-4 text-muted" aria-hidden="true" /> Keyboard
      </MenuItem>
      {me?.proof === 'session' && (
        <MenuItem onSelect={() => void leave()}>
          <LogOut className="size-4 text-muted" aria-hidden="true" /> Sign out
        </MenuItem>
      )}
      {heldToken() !== null && (
        <MenuItem onSelect={leaveToken}>
          <LogOut className="size-4 text-muted" aria-hidden="true" /> Forget the token
        </MenuItem>
      )}
    </Menu>
  );
}
