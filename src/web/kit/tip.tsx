// A word on hover and on focus, for what is short on the screen.
import { Tooltip } from 'radix-ui';
import type { ReactElement } from 'react';

/** Shows `text` at its child. */
export function Tip({
  text,
  children,
  side = 'bottom',
}: {
  text: string;
  children: ReactElement;
  side?: 'bottom' | 'right';
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="appear z-50 max-w-72 rounded-md bg-ink px-2 py-1 text-xs text-on-ink shadow-overlay"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
