// Fields of forms: a label, the field, what is wrong with it.
import { ChevronDown } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';
import { cx } from './tone.ts';

const box = 'w-full rounded-md border border-strong bg-page text-base text-ink';

/** A field with its label; `hint` under it. */
export function Field({
  label,
  hint,
  fault,
  children,
}: {
  label: string;
  hint?: ReactNode;
  fault?: string | undefined;
  children: (its: { id: string; 'aria-describedby': string; 'aria-invalid'?: true }) => ReactNode;
}) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': about, ...(fault !== undefined && { 'aria-invalid': true as const }) })}
      <p id={about} className={cx('text-xs', fault === undefined ? 'text-muted' : 'text-red')}>
        {fault ?? hint}
      </p>
    </div>
  );
}

type InputProps = InputHTMLAttributes<HTMLInputElement> & { readonly ref?: React.Ref<HTMLInputElement> };

/** One line of text. */
export const Input = ({ className, ...rest }: InputProps) => (
  <input autoComplete="off" className={cx(box, 'h-8 px-2.5', className)} {...rest} />
);

/** Several lines of text. */
export const TextArea = ({ className, ...rest }: React.TextareaHTMLAttributes<HTMLTextAreaElement>) => (
  <textarea rows={3} className={cx(box, 'px-2.5 py-1.5', className)} {...rest} />
);

/** One of several; the browser's own list, which every phone shows well. */
export function Select({ children, className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={cx('relative inline-flex', className)}>
      <select className={cx(box, 'h-8 w-full appearance-none pr-7 pl-2.5 text-sm')} {...rest}>
        {children}
      </select>
      <ChevronDown className="pointer-events-none absolute top-2 right-2 size-4 text-muted" aria-hidden="true" />
    </span>
  );
}
