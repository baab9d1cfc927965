import { gunzipSync } from 'node:zlib';
import { type ParsedSource, UnreadableSource } from './parsed-source.ts';

const INFLATED_MAX = 50 * 1024 * 1024;
/** The protocol's own limit for one file. */
const ADDRESSES_MAX = 50_000;

/**
 * The addresses of a sitemap or of an index of sitemaps (sitemaps.org). Read by a pattern and not by an XML parser: what is
 * wanted are the texts of <loc>, entities and document types are none of them, and the file comes from anybody.
 */
export function readSitemap(bytes: Uint8Array): ParsedSource {
  const xml = new TextDecoder().decode(bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(bytes) : bytes);
  const isIndex = /<sitemapindex[\s>]/i.test(xml);
  if (!isIndex && !/<urlset[\s>]/i.test(xml)) return { texts: [] };
  const addresses: string[] = [];
  for (const [, loc = ''] of xml.matchAll(/<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,2000}?)\s*(?:\]\]>)?\s*<\/loc>/gi)) {
    if (addresses.length >= ADDRESSES_MAX) break;
    const address = loc.replace(/&(amp|lt|gt|quot|apos|#38|#x26);/gi, (_, name: string) => ENTITIES[name.toLowerCase()] ?? '');
    if (URL.canParse(address) && /^https?:/i.test(address)) addresses.push(new URL(address).href);
  }
  return { texts: [], sitemap: isIndex ? { pages: [], sitemaps: addresses } : { pages: addresses, sitemaps: [] } };
}

const ENTITIES: Record<string, string> = { amp: '&', '#38': '&', '#x26': '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: INFLATED_MAX });
  } catch (cause) {
    throw new UnreadableSource('The sitemap is compressed and cannot be inflated, or is too large.', { cause });
  }
}
