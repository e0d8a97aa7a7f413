// The places of the application, for the rail, the palette and the keyboard.
import { Bell, BookOpen, CheckCheck, Cog, Flame, Gauge, type LucideIcon, Workflow } from 'lucide-react';

/** A place with its name, key after `g`, and icon. */
export type AppPlace = {
  readonly to: '/' | '/incidents' | '/approvals' | '/playbooks' | '/alerts' | '/automation' | '/settings';
  readonly name: string;
  /** On a phone, where there is little room. */
  readonly short?: string;
  readonly key: string;
  readonly icon: LucideIcon;
};

/** In the order of the rail. */
export const places: readonly AppPlace[] = [
  { to: '/', name: 'Now', key: 'n', icon: Gauge },
  { to: '/incidents', name: 'Incidents', key: 'i', icon: Flame },
  { to: '/approvals', name: 'Approvals', key: 'a', icon: CheckCheck },
  { to: '/playbooks', name: 'Playbooks', key: 'p', icon: BookOpen },
  { to: '/alerts', name: 'Alerts', key: 'l', icon: Bell },
  { to: '/automation', name: 'Automation', short: 'Auto', key: 'u', icon: Workflow },
  { to: '/settings', name: 'Settings', key: 's', icon: Cog },
];
