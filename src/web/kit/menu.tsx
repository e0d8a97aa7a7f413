// A menu at a button. It leaves the page scrollable: the kit's other mode would bring a style of its own, which the page's policy forbids.
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './tone.ts';

/** A menu; `trigger` opens it. */
export function Menu({ trigger, children, label }: { trigger: ReactElement; children: ReactNode; label: string }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          aria-label={label}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="appear z-50 max-h-[70dvh] min-w-52 overflow-y-auto rounded-lg border bg-page p-1 shadow-overlay"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const row =
  'flex min-h-8 items-center gap-2 rounded-md px-2 text-sm select-none cursor-default data-[highlighted]:bg-raised data-[highlighted]:outline-none data-[disabled]:opacity-50';

/** One entry. */
export function MenuItem({
  children,
  onSelect,
  isGrave = false,
}: {
  children: ReactNode;
  onSelect: () => void;
  isGrave?: boolean;
}) {
  return (
    <DropdownMenu.Item className={cx(row, isGrave && 'text-red')} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  );
}

/** Entries of which one is chosen. */
export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: T;
  options: readonly { readonly value: T; readonly label: string }[];
  onChoose: (value: T) => void;
}) {
  return (
    <>
      <DropdownMenu.Label className="px-2 pt-2 pb-1 text-xs text-muted">{label}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={value} onValueChange={(chosen) => onChoose(chosen as T)}>
        {options.map((option) => (
          <DropdownMenu.RadioItem key={option.value} value={option.value} className={row}>
            <span className="flex-1">{option.label}</span>
            <DropdownMenu.ItemIndicator>
              <Check className="size-4 text-muted" />
            </DropdownMenu.ItemIndicator>
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}

/** What is no entry: a heading, or who one is. */
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <DropdownMenu.Label className="px-2 py-1.5 text-sm">{children}</DropdownMenu.Label>
);

/** A line between groups. */
export const MenuLine = () => <DropdownMenu.Separator className="my-1 border-t" />;
