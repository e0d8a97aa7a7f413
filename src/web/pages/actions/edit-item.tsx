// Changes an action item: its words, whose it is, until when, how one will know. What was not touched is not sent.
import type { ApiActionItem } from '../../../contract/action-item.ts';
import { ask } from '../../data/client.ts';
import { changedItem, saidOf } from '../../model/action-items.ts';
import { ItemForm } from './item-form.tsx';

/** The form. */
export const EditItem = ({ item, onClose }: { readonly item: ApiActionItem; readonly onClose: () => void }) => (
  <ItemForm
    title={`Change ${item.id}`}
    description={`After #${item.incident.number}: ${item.incident.title}`}
    label={['Save it', 'Saving…']}
    given={saidOf(item)}
    factors={[]}
    send={async (said) => {
      const body = changedItem(item, said);
      if (Object.keys(body).length === 0) return `${item.id} is as it was`;
      await ask('PATCH /action-items/:id', { params: { id: item.id }, body });
      return `${item.id} is changed`;
    }}
    onClose={onClose}
  />
);
