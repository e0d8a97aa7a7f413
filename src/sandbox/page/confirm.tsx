// The question that a button asks before its click counts. Nothing leaves the page until it is answered.
import type { Confirm } from './block-kit.ts';
import { Dialog } from './dialog.tsx';

type Props = { readonly confirm: Confirm; readonly onAnswer: (yes: boolean) => void };

/** The dialog, with Slack's own words where the app gives none. */
export function ConfirmDialog({ confirm: { title, text, confirm, deny, style }, onAnswer }: Props) {
  const heading = title?.text ?? 'Are you sure?';
  return (
    <Dialog label={heading} role="alertdialog" onClose={() => onAnswer(false)}>
      <h2>{heading}</h2>
      <p>{text.text}</p>
      <footer>
        <button type="button" className="button" onClick={() => onAnswer(false)}>
          {deny?.text ?? 'Cancel'}
        </button>
        <button type="button" className={`button ${style ?? 'primary'}`} onClick={() => onAnswer(true)}>
          {confirm?.text ?? 'Yes'}
        </button>
      </footer>
    </Dialog>
  );
}
