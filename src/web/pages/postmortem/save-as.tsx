// The files that a postmortem can be kept as.
import { Download } from 'lucide-react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { download } from '../../data/client.ts';
import { Button } from '../../kit/button.tsx';
import { Section } from '../../kit/card.tsx';
import { toast } from '../../kit/toast.tsx';
import { exportFormats } from '../../model/postmortem.ts';
import { states } from '../../model/states.ts';

/** The buttons. */
export function SaveAs({ incident }: Pick<ApiPostmortem, 'incident'>) {
  const save = ({ format, ending }: (typeof exportFormats)[number]) =>
    download(
      'GET /incidents/:id/timeline',
      { params: { id: incident.id }, query: { format } },
      `postmortem-${incident.number}.${ending}`,
    ).catch(() => toast('Not saved: the server refused.', states.failed));
  return (
    <Section title="Save as">
      <div className="flex flex-wrap gap-2">
        {exportFormats.map((one) => (
          <Button key={one.format} size="small" onClick={() => void save(one)}>
            <Download className="size-3.5" aria-hidden="true" /> {one.word}
          </Button>
        ))}
      </div>
    </Section>
  );
}
