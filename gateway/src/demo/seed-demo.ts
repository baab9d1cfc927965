import type { Database } from '@netia/db';
import { addKnowledge, changeKnowledge, type KnowledgeEntry, removeKnowledge } from '../knowledge/publish-knowledge.ts';
import { provisionTenant } from '../tenants/provision-tenant.ts';
import { saveSettings } from '../tenants/settings.ts';
import { readDocumentation } from './documentation.ts';

export const DEMO_SLUG = 'demo';
/** Fixed, so that the demo page and its snippet never change. */
export const DEMO_WEBSITE_ID = 'netia-demo';

/** Makes the demo tenant once, and keeps its knowledge equal to the documentation of this version. */
export async function seedDemo(db: Database, publicUrl: string): Promise<{ tenantId: string; published: number }> {
  const known = await db.inDirectory((tx) => tx.row<{ id: string | null }>("SELECT find_tenant_by_website('widget', $1) AS id", [DEMO_WEBSITE_ID]));
  const tenantId = known?.id ?? (await makeTenant(db));
  const entries = await db.inTenant(tenantId, (tx) => tx.rows<KnowledgeEntry>('SELECT * FROM knowledge_bases WHERE tenant_id = $1', [tenantId]));
  const byUrl = new Map(entries.map((entry) => [entry.url?.replace(/^.*(?=\/guides\/)/, ''), entry]));
  let published = 0;
  for (const page of readDocumentation(publicUrl)) {
    const path = `/guides/${page.name}`;
    const url = `${publicUrl}${path}`;
    const entry = byUrl.get(path);
    byUrl.delete(path);
    if (entry?.content === page.markdown && entry.url === url) continue;
    published++;
    await db.inTenant(tenantId, (tx) =>
      entry
        ? changeKnowledge(tx, tenantId, entry.id, { content: page.markdown, url })
        : addKnowledge(tx, tenantId, { format: 'markdown', title: titleOf(page.markdown), content: page.markdown, url, category: 'documentation' }),
    );
  }
  // A page that this version no longer has would go on being quoted.
  for (const [path, entry] of byUrl) if (path?.startsWith('/guides/')) await db.inTenant(tenantId, (tx) => removeKnowledge(tx, tenantId, entry.id));
  return { tenantId, published };
}

async function makeTenant(db: Database): Promise<string> {
  const { id } = await provisionTenant(db, { slug: DEMO_SLUG, name: 'Netia', email: 'demo@netia.invalid', widgetWebsiteId: DEMO_WEBSITE_ID });
  await db.inTenant(id, (tx) =>
    saveSettings(tx, id, 'widget', {
      title: 'Ask about Netia',
      greeting: 'I answer from Netia’s own documentation and show where each answer comes from.',
      suggestions: ['How do I put it on my website?', 'Does it work without an AI key?', 'How do I add knowledge?'],
      color: '#0f6b5c',
    }),
  );
  return id;
}

function titleOf(markdown: string): string {
  return /^#\s+(.+)$/m.exec(markdown)?.[1]?.trim() ?? '';
}
