// Search and go anywhere: places, incidents, runs, playbooks, and what can be ordered from anywhere. Asks only while it is open.
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { BookOpen, ChartNoAxesColumn, FileCheck, ListTodo, Moon, Newspaper, Play, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { choose } from '../data/preferences.ts';
import { useApprovals, useIncidentPages, useLiveRuns, usePlaybooks } from '../data/read.ts';
import { Dialog } from '../kit/dialog.tsx';
import { SeverityBadge, StateGlyph } from '../kit/state-badge.tsx';
import { questionOf } from '../model/approval.ts';
import { bySeverity } from '../model/incidents.ts';
import { incidentState, runState, states } from '../model/states.ts';
import { places } from './places.ts';

/** The palette. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Search" bare>
      <Command
        label="Search"
        className="flex min-h-0 flex-col [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
      >
        <Command.Input
          placeholder="Incident, run, playbook, page…"
          className="h-11 border-b bg-transparent px-5 text-base outline-none"
        />
        <Command.List className="max-h-[55dvh] overflow-y-auto px-3 pb-3">
          <Command.Empty className="px-2 py-8 text-center text-sm text-muted">Nothing of that name.</Command.Empty>
          <Found onClose={onClose} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

function Entry({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-raised"
    >
      {children}
    </Command.Item>
  );
}

function Found({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const incidents = useIncidentPages({}).data?.pages.flatMap(({ items }) => items) ?? [];
  const approvals = useApprovals('open').data?.items ?? [];
  const runs = useLiveRuns().data ?? [];
  const playbooks = usePlaybooks().data?.items ?? [];
  const go = (leave: () => Promise<void>) => () => {
    onClose();
    void leave();
  };
  return (
    <>
      <Command.Group heading="Waiting for a decision">
        {approvals.map(({ approval }) => (
          <Entry
            key={approval.id}
            value={`approve ${questionOf(approval)} ${approval.id}`}
            onSelect={go(() => navigate({ to: '/approvals/$id', params: { id: approval.id } }))}
          >
            <StateGlyph state={states.waitsForApproval} />
            <span className="min-w-0 flex-1 truncate">{questionOf(approval)}</span>
          </Entry>
        ))}
      </Command.Group>
      <Command.Group heading="Incidents">
        {incidents.toSorted(bySeverity).map((incident) => (
          <Entry
            key={incident.id}
            value={`#${incident.number} ${incident.title} ${incident.service ?? ''}`}
            onSelect={go(() => navigate({ to: '/incidents/$number', params: { number: String(incident.number) } }))}
          >
            <StateGlyph state={incidentState(incident)} said />
            <SeverityBadge severity={incident.severity} />
            <span className="text-muted">#{incident.number}</span>
            <span className="min-w-0 flex-1 truncate">{incident.title}</span>
          </Entry>
        ))}
      </Command.Group>
      <Command.Group heading="Runs under way">
        {runs.map((run) => (
          <Entry
            key={run.id}
            value={`run ${run.playbook.name} #${run.incident.number} ${run.id}`}
            onSelect={go(() => navigate({ to: '/runs/$id', params: { id: run.id } }))}
          >
            <StateGlyph state={runState(run)} said />
            <span className="min-w-0 flex-1 truncate">{run.playbook.name}</span>
            <span className="text-muted">#{run.incident.number}</span>
          </Entry>
        ))}
      </Command.Group>
      <Command.Group heading="Playbooks">
        {playbooks.map(({ name }) => (
          <Entry
            key={name}
            value={`playbook ${name}`}
            onSelect={go(() => navigate({ to: '/playbooks/$name', params: { name } }))}
          >
            <BookOpen className="size-4 text-muted" aria-hidden="true" />
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <Play className="size-3.5 text-muted" aria-hidden="true" />
          </Entry>
        ))}
      </Command.Group>
      <Places onClose={onClose} />
    </>
  );
}

function Places({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const go = (leave: () => Promise<void>) => () => {
    onClose();
    void leave();
  };
  const dress = (theme: 'light' | 'dark') => () => {
    onClose();
    choose('firebreak.theme', theme);
  };
  return (
    <Command.Group heading="Go to">
      {places.map(({ to, name, icon: Icon }) => (
        <Entry key={to} value={`go to ${name}`} onSelect={go(() => navigate({ to }))}>
          <Icon className="size-4 text-muted" aria-hidden="true" /> {name}
        </Entry>
      ))}
      <Entry value="go to action items, postmortems" onSelect={go(() => navigate({ to: '/actions' }))}>
        <ListTodo className="size-4 text-muted" aria-hidden="true" /> Action items
      </Entry>
      <Entry value="insights mttr mtta recurrences toil costs" onSelect={go(() => navigate({ to: '/insights' }))}>
        <ChartNoAxesColumn className="size-4 text-muted" aria-hidden="true" /> Insights
      </Entry>
      <Entry value="digests daily weekly monthly" onSelect={go(() => navigate({ to: '/digests' }))}>
        <Newspaper className="size-4 text-muted" aria-hidden="true" /> Digests
      </Entry>
      <Entry value="open an exported bundle, verify it offline" onSelect={go(() => navigate({ to: '/bundle' }))}>
        <FileCheck className="size-4 text-muted" aria-hidden="true" /> Open an exported bundle
      </Entry>
      <Entry value="theme dark" onSelect={dress('dark')}>
        <Moon className="size-4 text-muted" aria-hidden="true" /> Dark theme
      </Entry>
      <Entry value="theme light" onSelect={dress('light')}>
        <Sun className="size-4 text-muted" aria-hidden="true" /> Light theme
      </Entry>
    </Command.Group>
  );
}
