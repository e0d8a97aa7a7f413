// The people of the workspace when nobody says otherwise: one on call, one lead, one who may decide nothing.
import type { SeedGroup, SeedUser } from './entities.ts';

/** The people. */
export const seedUsers: readonly SeedUser[] = [
  { id: 'U0ANA', name: 'ana', realName: 'Ana Torres', title: 'SRE, on call' },
  { id: 'U0BEN', name: 'ben', realName: 'Ben Okafor', title: 'SRE lead' },
  { id: 'U0MALLORY', name: 'mallory', realName: 'Mallory Reed', title: 'Sales, not authorised' },
];

/** The group that may decide. */
export const seedGroups: readonly SeedGroup[] = [{ id: 'S0SRE', handle: 'sre', users: ['U0ANA', 'U0BEN'] }];
