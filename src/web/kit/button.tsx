// Buttons. One that cannot be pressed says why.
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Tip } from './tip.tsx';
import { cx } from './tone.ts';

/** `main`: what one most likely wants; `grave`: takes something away; `quiet`: without a frame. */
type ButtonKind = 'main' | 'plain' | 'grave' | 'quiet';

const looks: { readonly [K in ButtonKind]: string } = {
  main: 'bg-ink text-on-ink border-ink hover:opacity-90',
  plain: 'bg-page text-ink border-strong hover:bg-raised',
  grave: 'bg-page text-red border-strong hover:bg-red-ground hover:border-red',
  quiet: 'border-transparent text-muted hover:text-ink hover:bg-raised',
};

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly kind?: ButtonKind;
  readonly size?: 'small' | 'normal';
  /** Why it cannot be pressed; null: it can. It stays where the keyboard finds it, so that the reason can be read. */
  readonly why?: string | null;
  readonly ref?: React.Ref<HTMLButtonElement>;
};

/** A button with words. */
export function Button({ kind = 'plain', size = 'normal', why = null, className, onClick, ...rest }: ButtonProps) {
  const button = (
    <button
      type="button"
      aria-disabled={why !== null || undefined}
      onClick={(event) => (why === null ? onClick?.(event) : event.preventDefault())}
      className={cx(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none',
        'transition-colors duration-100 disabled:opacity-50',
        size === 'small' ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm',
        looks[kind],
        why !== null && 'cursor-not-allowed opacity-50',
        className,
      )}
      {...rest}
    />
  );
  return why === null ? button : <Tip text={why}>{button}</Tip>;
}

/** A button with an icon only; its word is said on hover and to screen readers. */
export function IconButton({
  label,
  children,
  className,
  ...rest
}: ButtonProps & { label: string; children: ReactNode }) {
  return (
    <Tip text={label}>
      <Button kind="quiet" aria-label={label} className={cx('!px-0 size-8', className)} {...rest}>
        {children}
      </Button>
    </Tip>
  );
}
