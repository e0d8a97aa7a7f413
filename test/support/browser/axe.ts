// What axe finds on a page that keeps somebody from using it.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Found = { readonly violations: readonly { id: string; impact: string | null; nodes: { html: string }[] }[] };

/** Serious and critical faults, each with the elements it is about. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Found>('axe.run({ resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
