import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbound, createReading } from '../../src/deps.ts';
import { type Fetched, type FetchOptions, Outbound } from '../../src/outbound/outbound.ts';
import { readNetworks } from '../../src/outbound/public-address.ts';
import { readRobots } from '../../src/sources/crawl/robots.ts';
import { type SourcesScene, startSourcesScene } from '../support/sources-scene.ts';

/** What a site asks for in its robots.txt is kept to, wherever the site is found and whatever becomes of that file. */
let scene: SourcesScene;
beforeAll(async () => {
  scene = await startSourcesScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.site.pages.clear();
  scene.site.asked.length = 0;
});

const FORBIDDEN = "left_out: The site's robots.txt asks that it is not read.";

/** shop.invalid, which sends everybody from http to https, played by two folders of the site on loopback. */
class ShopOfTwoSchemes extends Outbound {
  constructor() {
    super(readNetworks(['127.0.0.0/8']), 'NetiaBot');
  }

  override async get(url: string, options: FetchOptions): Promise<Fetched> {
    const { protocol, pathname } = new URL(url);
    const isRobots = pathname === '/robots.txt';
    const fetched = await super.get(`${scene.site.url}/${isRobots ? protocol.slice(0, -1) : 'https'}${pathname}`, options);
    return { ...fetched, url: isRobots ? url : `https://shop.invalid${pathname}` };
  }
}

describe('the robots.txt of a site that is given with http and found at https', () => {
  it.each([
    ['has none at http', { status: 404 }],
    ['has the same at http', { body: 'User-agent: *\nDisallow: /private/\n' }],
    ['has another at http', { body: 'User-agent: *\nDisallow: /public\n' }],
  ])('holds for its pages: it %s', async (_name, plain) => {
    const { site, gateway } = scene;
    const { a, b } = gateway.tenants;
    site.pages.set('/http/robots.txt', plain);
    site.pages.set('/https/robots.txt', { body: 'User-agent: *\nDisallow: /private/\n' });
    site.page('/https/', 'Shop of two schemes', 'The shop of two schemes sells oilskins.', [
      'https://shop.invalid/private/secret',
      'https://shop.invalid/public',
    ]);
    site.page('/https/public', 'Public', 'The oilskins are yellow.');
    site.page('/https/private/secret', 'Secret', 'The secret oilskins cost 61 euros.');
    const reading = createReading(new ShopOfTwoSchemes(), gateway.deps.db, gateway.deps.files, gateway.deps.log);
    for (const tenant of [a, b]) {
      const { id } = await scene.add({ kind: 'site', url: 'http://shop.invalid/' }, tenant);
      await reading.read(tenant.id, id);
      expect(await scene.documents(id, tenant)).toEqual({
        'http://shop.invalid/': 'left_out: It has moved to https://shop.invalid/.',
        'https://shop.invalid/': 'complete',
        'https://shop.invalid/private/secret': FORBIDDEN,
        'https://shop.invalid/public': 'complete',
      });
      await scene.call('DELETE', `/${id}`, undefined, tenant);
    }
    expect(site.times('/https/private/secret')).toBe(0);
    await reading.stop();
  });

  it('says nothing of another origin', async () => {
    const { site } = scene;
    site.pages.set('/robots.txt', { body: 'User-agent: *\nDisallow: /private/\n' });
    const outbound = createOutbound(scene.gateway.deps.config);
    const robots = await readRobots(outbound, site.url);
    const judged = ['/', '/private/x'].map((path) => [robots.allows(`${site.url}${path}`), robots.allows(`${site.url.replace('http:', 'https:')}${path}`)]);
    expect(judged).toEqual([
      [true, false],
      [false, false],
    ]);
    site.pages.clear();
    expect((await readRobots(outbound, site.url)).allows(`${site.url}/private/x`)).toBe(true);
    await outbound.close();
  });
});

describe('a page that a redirect leads to', () => {
  const redirect = (location: string) => ({ status: 302, headers: { location } });

  it('is not asked for where robots.txt forbids it, on the way to another page neither', async () => {
    const { site } = scene;
    site.pages.set('/robots.txt', { body: 'User-agent: *\nDisallow: /private/\nDisallow: /*?ref\n' });
    site.page('/', 'Harbour', 'The harbour has a crane.', ['/old', '/through', '/further', '/odd']);
    site.pages.set('/old', redirect('/private/a'));
    site.page('/private/a', 'Private', 'The private berth costs 12 euros.');
    site.pages.set('/through', redirect('/private/b'));
    site.pages.set('/private/b', redirect('/open'));
    site.page('/open', 'Open', 'The open berth costs 15 euros.');
    site.pages.set('/further', redirect('/next'));
    site.pages.set('/next', redirect('/open'));
    site.pages.set('/odd', redirect('/odd?ref=1'));
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    expect(await scene.documents(id)).toEqual({
      '/': 'complete',
      '/old': `left_out: It has moved to ${site.url}/private/a.`,
      '/private/a': FORBIDDEN,
      '/through': `left_out: It has moved to ${site.url}/private/b.`,
      '/private/b': FORBIDDEN,
      '/further': `left_out: It has moved to ${site.url}/open.`,
      '/open': 'complete',
      '/odd': FORBIDDEN,
    });
    expect(site.asked.filter(({ path }) => path.startsWith('/private/') || path.includes('ref'))).toEqual([]);
    await scene.call('DELETE', `/${id}`);
  });

  it.each<[string, number]>([
    ['forbids it', 200],
    ['fails', 503],
  ])('is not asked for where the robots.txt of its own host %s', async (how, status) => {
    const { site } = scene;
    site.pages.set('/robots.txt', ({ headers }) =>
      headers.host?.startsWith('localhost') ? { status, body: 'User-agent: *\nDisallow: /far\n' } : { status: 404 },
    );
    site.pages.set('/gone-far', redirect(`${site.otherUrl}/far`));
    site.page('/far', 'Far', 'The far mooring has five rings.');
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/gone-far` });
    await scene.read(id);
    expect(await scene.documents(id)).toEqual(
      how === 'fails'
        ? { '/gone-far': "error: The server of the site's robots.txt fails, so that nobody can know what may be read." }
        : { '/gone-far': `left_out: It has moved to ${site.otherUrl}/far.`, '/far': FORBIDDEN },
    );
    expect(site.times('/far')).toBe(0);
    await scene.call('DELETE', `/${id}`);
  });
});

describe('the robots.txt of a further host', () => {
  it.each<[string, string]>([
    ['fails', "The server of the site's robots.txt fails, so that nobody can know what may be read."],
    ['cannot be reached', 'The server could not be reached.'],
  ])('that %s has its pages kept for another time, and the others read', async (how, reason) => {
    const { site } = scene;
    site.pages.set('/robots.txt', (request) => {
      if (!request.headers.host?.startsWith('localhost')) return { status: 404 };
      return how === 'fails' ? { status: 503 } : void request.socket.destroy();
    });
    site.pages.set('/map.xml', { body: `<urlset><url><loc>${site.url}/near</loc></url><url><loc>${site.otherUrl}/far</loc></url></urlset>` });
    site.page('/near', 'Near', 'The near mooring has four rings.');
    site.page('/far', 'Far', 'The far mooring has five rings.');
    const { id } = await scene.add({ kind: 'sitemap', url: `${site.url}/map.xml` });
    await scene.read(id);
    expect(await scene.documents(id)).toEqual({ '/near': 'complete', '/far': `error: ${reason}` });
    expect(site.times('/far')).toBe(0);
    await scene.call('DELETE', `/${id}`);
  });
});

describe('a robots.txt that is too long', () => {
  it('is kept to as far as 512 KiB, up to its last whole line', async () => {
    const { site } = scene;
    const rules = 'User-agent: *\nDisallow: /private/\n';
    // Cut in its middle, the last line would forbid all.
    const cut = 'Disallow: /';
    const filling = `#${'x'.repeat(512 * 1024 - rules.length - cut.length - 2)}\n`;
    site.pages.set('/robots.txt', { headers: { 'content-type': 'text/plain' }, body: `${rules}${filling}${cut}cut-off\nDisallow: /behind\n` });
    site.page('/', 'Long rules', 'The rules of this harbour are long.', ['/private/a', '/behind']);
    site.page('/private/a', 'Private', 'The private berth costs 12 euros.');
    site.page('/behind', 'Behind', 'Behind the rules there is a beach.');
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    expect(await scene.documents(id)).toEqual({ '/': 'complete', '/private/a': FORBIDDEN, '/behind': 'complete' });
    await scene.call('DELETE', `/${id}`);
  });
});
