import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { htmlPage } from '../support/played-site.ts';
import { type SourcesScene, startSourcesScene } from '../support/sources-scene.ts';

/** S-2: whatever a site does, reading it ends, says why, and takes the rest along. */
let scene: SourcesScene;
beforeAll(async () => {
  scene = await startSourcesScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.site.pages.clear();
  scene.site.asked.length = 0;
});

describe('a hostile site', () => {
  it('is read as far as it can be, page by page with a reason, in little memory', async () => {
    const { site } = scene;
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    const links = ['/endless', '/bomb', '/loop', '/hop?n=0', '/nested', '/unclosed', '/links', '/heading', '/type', '/lies', '/half', '/good'];
    site.page('/', 'Start', 'This is the start of a bad place.', links);
    site.pages.set('/endless', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
      return undefined;
    });
    site.pages.set('/bomb', { headers: { 'content-encoding': 'gzip' }, body: bomb });
    site.pages.set('/loop', { status: 302, headers: { location: '/loop' } });
    site.pages.set('*', (request) =>
      request.url?.startsWith('/hop') ? { status: 302, headers: { location: `/hop?n=${Number(request.url.slice(7)) + 1}` } } : { status: 404 },
    );
    site.pages.set('/nested', { body: '<div>'.repeat(1_000_000) });
    site.pages.set('/unclosed', { body: '<li><p>'.repeat(100_000) });
    site.pages.set('/links', { body: `<p>So many links.</p>${Array.from({ length: 100_000 }, (_, i) => `<a href="/link/${i}">x</a>`).join('')}` });
    site.pages.set('/heading', { headers: { 'x-long': 'x'.repeat(40_000) }, body: 'x' });
    site.pages.set('/type', { headers: { 'content-type': 'text/html' }, body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]) });
    site.pages.set('/lies', { headers: { 'content-type': 'application/pdf' }, body: '<html><body><p>I am no PDF.</p></body></html>' });
    site.pages.set('/half', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': '100000' }).write('<p>half a page');
      setTimeout(() => response.destroy(), 50);
      return undefined;
    });
    site.page('/good', 'Good', 'The honest ferryman takes two coins.');
    const before = process.memoryUsage().rss;
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/`, max_pages: 13 });
    const done = await scene.read(id);
    expect(done.status).toBe('complete');
    const documents = await scene.documents(id);
    expect(documents).toMatchObject({
      '/endless': 'error: What came is too large.',
      '/bomb': 'error: What came is too large.',
      '/loop': 'error: The address was redirected more than three times.',
      '/hop?n=0': 'error: The address was redirected more than three times.',
      '/nested': 'error: The page is nested more than 400 deep.',
      '/heading': 'error: The server could not be reached.',
      '/lies': 'error: The PDF is damaged.',
      '/half': 'error: The server could not be reached.',
      '/good': 'complete',
    });
    for (const path of ['/unclosed', '/links', '/type']) expect(documents[path]).toMatch(/^(complete|left_out: .+|error: .+)$/);
    expect((await scene.ask('How many coins does the honest ferryman take?')).text).toContain('two coins');
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  }, 90_000);

  it('that gives a byte a second is given up after twenty seconds', async () => {
    const { site } = scene;
    const timers: NodeJS.Timeout[] = [];
    site.pages.set('/', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      timers.push(setInterval(() => response.write('x'), 1_000));
      return undefined;
    });
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/` });
    expect(await scene.read(id)).toMatchObject({ status: 'error', reason: 'The server took too long.' });
    for (const timer of timers) clearInterval(timer);
  }, 40_000);

  it('whose calendar grows for ever is read up to its number of pages', async () => {
    const { site } = scene;
    site.pages.set('*', (request) => {
      const month = Number(/month=(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
      if (!/^\/(\?|$)/.test(request.url ?? '')) return { status: 404 };
      const next = Array.from({ length: 3 }, (_, i) => `/?month=${month * 3 + i + 1}&utm_source=${month}`);
      return { headers: { 'content-type': 'text/html' }, body: htmlPage(`Month ${month}`, `In month ${month} there are ${month} moons.`, next) };
    });
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/`, max_pages: 8, max_depth: 20 });
    expect(await scene.read(id)).toMatchObject({ status: 'complete', progress: { found: 8, complete: 8 } });
    await scene.call('DELETE', `/${id}`);
    // Of those that name each other for ever there are fifty at most, and the pages they name are read.
    const deep = await scene.add({ kind: 'site', url: `${site.url}/`, max_pages: 100, max_depth: 2 });
    expect((await scene.read(deep.id)).progress.found).toBe(13);
    await scene.call('DELETE', `/${deep.id}`);
  });

  it('whose sitemaps name sitemaps for ever has fifty of them read', async () => {
    const { site } = scene;
    let maps = 0;
    site.pages.set('*', (request) => {
      if (!request.url?.startsWith('/map')) return { status: 404 };
      maps++;
      return { body: `<sitemapindex>${[1, 2].map((i) => `<sitemap><loc>${site.url}/map${maps}-${i}</loc></sitemap>`).join('')}</sitemapindex>` };
    });
    const { id } = await scene.add({ kind: 'sitemap', url: `${site.url}/map` });
    expect(await scene.read(id)).toMatchObject({ status: 'error', reason: 'Nothing was found that could be read.' });
    expect(maps).toBe(50);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['is a bomb', 'The sitemap is compressed and cannot be inflated, or is too large.', { body: gzipSync(Buffer.alloc(60_000_000)) }],
    ['is a page', 'This is not a sitemap: neither <urlset> nor <sitemapindex> is in it.', { body: '<html></html>' }],
    ['leads inwards', 'This address does not lead to the public internet.', { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } }],
    ['takes too long to read', 'Reading it took too long: it is too large, or made to be.', { body: `<urlset>${`<loc>${' '.repeat(20_000)}`.repeat(200)}` }],
  ])('whose sitemap %s says so', async (_name, reason, page) => {
    const { site } = scene;
    site.pages.set('/sitemap', page);
    const { id } = await scene.add({ kind: 'sitemap', url: `${site.url}/sitemap` });
    expect(await scene.read(id)).toMatchObject({ status: 'error', reason });
  });

  it('that sends us inwards is not followed there', async () => {
    const { site } = scene;
    site.page('/', 'Start', 'This is the start of a trap.', ['/to-metadata', '/to-file', '/to-ten']);
    site.pages.set('/to-metadata', { status: 301, headers: { location: 'http://169.254.169.254/latest/meta-data/' } });
    site.pages.set('/to-file', { status: 301, headers: { location: 'file:///etc/passwd' } });
    site.pages.set('/to-ten', { status: 301, headers: { location: 'http://10.0.0.1/' } });
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    expect(await scene.documents(id)).toEqual({
      '/': 'complete',
      '/to-metadata': 'error: This address does not lead to the public internet.',
      '/to-file': 'error: The address was redirected to one that cannot be read.',
      '/to-ten': 'error: This address does not lead to the public internet.',
    });
  });
});
