import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong with the page as it is now, shadow roots included, one line each.
 * Evaluated rather than added as a script, which a strict policy would forbid.
 * @param rules only these, by their ids; without them, all.
 */
export async function findBarriers(page: Page, rules?: string[]): Promise<string[]> {
  await page.evaluate(`window.axe ?? (() => { ${SOURCE} })()`);
  // Colours of what is still moving or fading are not yet its colours.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().flatMap((animation) => (animation.effect?.getTiming().iterations === 1 ? [animation.finished] : []))),
  );
  const results = (await page.evaluate(
    `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })})`,
  )) as AxeResults;
  return results.violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.flat().join(' ')} ${node.html.slice(0, 120)} ${node.failureSummary?.split('\n').slice(1).join(';') ?? ''}`,
    ),
  );
}
