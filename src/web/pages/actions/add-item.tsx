// Adds an action item to an incident.
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { ask } from '../../data/client.ts';
import { addedItem, nothingSaid } from '../../model/action-items.ts';
import { ItemForm } from './item-form.tsx';

type AddProps = {
  readonly incident: ApiPostmortem['incident'];
  readonly factors: ApiPostmortem['sections']['factors'];
  readonly onClose: () => void;
};

/** The form. */
export const AddItem = ({ incident, factors, onClose }: AddProps) => (
  <ItemForm
    title="What is to be done?"
    description={`After #${incident.number}: ${incident.title}`}
    label={['Add it', 'Adding…']}
    given={nothingSaid}
    factors={factors}
    send={async (said) => {
      const { id } = await ask('POST /action-items', { body: { incident: incident.id, ...addedItem(said) } });
      return `${id} is added`;
    }}
    onClose={onClose}
  />
);
