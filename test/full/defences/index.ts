// All defences that the mutation check takes out, one file each area. Adding a file is one line here.
import * as access13 from './access13.ts';
import * as acts from './acts.ts';
import * as alerts11 from './alerts11.ts';
import * as approve10 from './approve10.ts';
import * as approve13 from './approve13.ts';
import * as backup from './backup.ts';
import * as bench13 from './bench13.ts';
import * as bundle11 from './bundle11.ts';
import * as calls10 from './calls10.ts';
import * as cards10 from './cards10.ts';
import * as change13 from './change13.ts';
import * as close9 from './close9.ts';
import * as close10 from './close10.ts';
import * as close11 from './close11.ts';
import * as close12 from './close12.ts';
import * as core from './core.ts';
import * as cost13 from './cost13.ts';
import * as dash12 from './dash12.ts';
import type { Defence } from './defence.ts';
import * as drill12 from './drill12.ts';
import * as edge from './edge.ts';
import * as enrich from './enrich.ts';
import * as evid11 from './evid11.ts';
import * as explain from './explain.ts';
import * as expr from './expr.ts';
import * as glass13 from './glass13.ts';
import * as groupStore from './group-store.ts';
import * as intake from './intake.ts';
import * as ledger from './ledger.ts';
import * as ledger2 from './ledger2.ts';
import * as left10 from './left10.ts';
import * as left13 from './left13.ts';
import * as life10 from './life10.ts';
import * as meaning from './meaning.ts';
import * as metrics12 from './metrics12.ts';
import * as parts from './parts.ts';
import * as policy13 from './policy13.ts';
import * as post11 from './post11.ts';
import * as priv10 from './priv10.ts';
import * as read11 from './read11.ts';
import * as record8 from './record8.ts';
import * as rest13 from './rest13.ts';
import * as rhythm12 from './rhythm12.ts';
import * as routes from './routes.ts';
import * as sandbox10 from './sandbox10.ts';
import * as sched12 from './sched12.ts';
import * as seal11 from './seal11.ts';
import * as secrets from './secrets.ts';
import * as shipped from './shipped.ts';
import * as signin10 from './signin10.ts';
import * as silences from './silences.ts';
import * as slack9 from './slack9.ts';
import * as slack10 from './slack10.ts';
import * as slo12 from './slo12.ts';
import * as sourcesA from './sources-a.ts';
import * as sourcesB from './sources-b.ts';
import * as stepup13 from './stepup13.ts';
import * as storm9 from './storm9.ts';
import * as traces12 from './traces12.ts';
import * as web11 from './web11.ts';
import * as whatif9 from './whatif9.ts';

/** Defences by the name of their area. */
export const defences: { readonly [area: string]: readonly Defence[] } = {
  access13: access13.defences,
  policy13: policy13.defences,
  acts: acts.defences,
  alerts11: alerts11.defences,
  approve10: approve10.defences,
  approve13: approve13.defences,
  backup: backup.defences,
  bench13: bench13.defences,
  bundle11: bundle11.defences,
  calls10: calls10.defences,
  cards10: cards10.defences,
  change13: change13.defences,
  close10: close10.defences,
  close11: close11.defences,
  close12: close12.defences,
  close9: close9.defences,
  core: core.defences,
  drill12: drill12.defences,
  edge: edge.defences,
  explain: explain.defences,
  enrich: enrich.defences,
  evid11: evid11.defences,
  expr: expr.defences,
  cost13: cost13.defences,
  glass13: glass13.defences,
  'group-store': groupStore.defences,
  intake: intake.defences,
  ledger: ledger.defences,
  ledger2: ledger2.defences,
  left10: left10.defences,
  left13: left13.defences,
  life10: life10.defences,
  parts: parts.defences,
  read11: read11.defences,
  post11: post11.defences,
  priv10: priv10.defences,
  record8: record8.defences,
  meaning: meaning.defences,
  metrics12: metrics12.defences,
  dash12: dash12.defences,
  rest13: rest13.defences,
  rhythm12: rhythm12.defences,
  routes: routes.defences,
  sandbox10: sandbox10.defences,
  secrets: secrets.defences,
  shipped: shipped.defences,
  sched12: sched12.defences,
  seal11: seal11.defences,
  signin10: signin10.defences,
  silences: silences.defences,
  slack10: slack10.defences,
  slo12: slo12.defences,
  slack9: slack9.defences,
  'sources-a': sourcesA.defences,
  'sources-b': sourcesB.defences,
  stepup13: stepup13.defences,
  storm9: storm9.defences,
  traces12: traces12.defences,
  web11: web11.defences,
  whatif9: whatif9.defences,
};
