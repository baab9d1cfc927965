/** Parameters that say where a visitor came from, not what is shown. */
const TRACKING = /^(utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|ref|ref_src|igshid|_ga|_gl|hsCtaTracking|sessionid|phpsessid|jsessionid|sid)$/i;
/** What is never text. */
const NO_TEXT =
  /\.(png|jpe?g|gif|webp|avif|svg|ico|bmp|mp[34]|m4[av]|webm|og[gv]|wav|avi|mov|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|dmg|msi|apk|deb|rpm|iso|css|js|mjs|map|json|rss|atom|woff2?|ttf|eot|pptx?|xlsx?|docx?)$/i;
const LENGTH_MAX = 1_000;
/** A path that repeats itself is a link that is relative by mistake, and without end. */
const REPEATED = /\/([^/]{2,})\/(?:[^/]+\/)?\1\/(?:[^/]+\/)?\1(?:\/|$)/;

/** One spelling for one page: no fragment, no tracking, parameters in order. Undefined for what is not to be fetched. */
export function canonicalAddress(address: string): string | undefined {
  if (address.length > 4 * LENGTH_MAX || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  url.pathname = url.pathname.replace(/\/{2,}/g, '/').replace(/\/index\.(html?|php)$/i, '/');
  if (NO_TEXT.test(url.pathname) || REPEATED.test(url.pathname) || url.href.length > LENGTH_MAX) return undefined;
  return url.href;
}

/** Whether an address belongs to the site: the same host, "www." or not, below the same folder. */
export function isWithin(address: string, site: string): boolean {
  const [one, other] = [new URL(address), new URL(site)];
  const bare = (host: string) => host.replace(/^www\./, '');
  return bare(one.host) === bare(other.host) && one.pathname.startsWith(folderOf(other.pathname));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
