import { until } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { htmlPage } from '../support/played-site.ts';
import { type SourcesScene, startSourcesScene } from '../support/sources-scene.ts';

/** What is read of a site, and what is not. */
let scene: SourcesScene;
beforeAll(async () => {
  scene = await startSourcesScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.site.pages.clear();
  scene.site.asked.length = 0;
});

describe('a site', () => {
  it('is read to its end: what is linked and in its sitemap, and nothing that is not to be read', async () => {
    const { site } = scene;
    site.pages.set('/robots.txt', { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /private/\n' });
    site.pages.set('/sitemap.xml', { body: `<urlset><url><loc>${site.url}/only-in-sitemap</loc></url><url><loc>http://other.invalid/x</loc></url></urlset>` });
    site.page('/', 'Harbour Shop', 'Welcome to the harbour shop, which sells rope and lanterns.', [
      '/shipping?utm_source=start&utm_medium=link',
      '/shipping#costs',
      '/hidden',
      '/print',
      '/old',
      '/private/secret',
      '/copy',
      '/missing',
      '/logo.png',
      '/header-hidden',
      `${site.otherUrl}/elsewhere`,
      'mailto:a@shop.invalid',
      '/leaf',
      '/empty',
    ]);
    site.page('/shipping', 'Shipping', 'Shipping to Iceland costs 19 euros and takes nine days.', ['/']);
    site.page('/hidden', 'Hidden', 'The hidden walrus price is 77 euros.', ['/behind-hidden'], '<meta name="robots" content="noindex">');
    site.page('/behind-hidden', 'Behind', 'The anchor behind the hidden page weighs forty kilograms.');
    site.page('/print', 'Shipping to print', 'Shipping to Iceland, for printers.', [], '<link rel="canonical" href="/shipping">');
    site.pages.set('/old', { status: 301, headers: { location: '/new' } });
    site.page('/new', 'New place', 'The lantern workshop has moved to Quay Street.');
    site.pages.set('/copy', site.pages.get('/shipping') as object);
    site.page('/private/secret', 'Secret', 'The secret compass costs 99 euros.');
    site.pages.set('/header-hidden', { headers: { 'x-robots-tag': 'noindex' }, body: '<p>The hidden header price is 88 euros.</p>' });
    site.page('/only-in-sitemap', 'Opening hours', 'The harbour shop opens at seven on market days.');
    site.page('/leaf', 'Leaf', 'The rope is made of hemp from Brittany.', ['/not-followed'], '<meta name="robots" content="nofollow">');
    site.page('/not-followed', 'Not followed', 'Nobody leads here.');
    site.pages.set('/empty', { body: '<html><body><nav>Menu</nav></body></html>' });

    const source = await scene.add({ kind: 'site', url: `${site.url}/` });
    expect([source.status, source.name]).toEqual(['pending', `${site.url}/`]);
    const done = await scene.read(source.id);
    expect(await scene.documents(source.id)).toEqual({
      '/': 'complete',
      '/only-in-sitemap': 'complete',
      '/shipping': 'complete',
      '/hidden': 'left_out: The page asks not to be read (noindex).',
      '/behind-hidden': 'complete',
      '/print': `left_out: It is a copy of ${site.url}/shipping.`,
      '/old': `left_out: It has moved to ${site.url}/new.`,
      '/new': 'complete',
      '/private/secret': "left_out: The site's robots.txt asks that it is not read.",
      '/copy': `left_out: It is a copy of ${site.url}/shipping.`,
      '/missing': 'error: The page is not there (404).',
      '/header-hidden': 'left_out: The page asks not to be read (noindex).',
      '/leaf': 'complete',
      '/empty': 'left_out: There is no text on it.',
    });
    expect(done).toMatchObject({ status: 'complete', reason: '1 could not be read.', progress: { found: 14, complete: 6, left_out: 7, failed: 1 } });
    expect(done.refresh_at).toBeNull();
    // Each once; what was redirected, at both places.
    expect(site.times('/private/secret')).toBe(0);
    expect(site.times('/not-followed')).toBe(0);
    expect(site.times('/elsewhere')).toBe(0);
    expect(site.times('/shipping')).toBe(1);
    for (const { headers } of site.asked) expect(headers['user-agent']).toContain('NetiaBot');

    const shipping = await scene.ask('What does shipping to Iceland cost?');
    expect(shipping.text).toContain('19 euros');
    const citation = shipping.parts.map(({ part }) => part).find((part) => part.type === 'citation');
    if (citation?.type !== 'citation') throw new Error('no citation');
    expect(citation.citation.url).toBe(`${site.url}/shipping`);
    expect((await scene.ask('When does the harbour shop open on market days?')).text).toContain('seven');
    for (const question of ['What is the hidden walrus price?', 'What does the secret compass cost?', 'What is the hidden header price?'])
      expect((await scene.ask(question)).text).not.toMatch(/77|99|88/);
  });

  it('has no more pages read than it may, nearest first, and none deeper than it may', async () => {
    const { site } = scene;
    site.page('/', 'Start', 'This is the start of all.', ['/a', '/b', '/c', '/d']);
    for (const name of ['a', 'b', 'c', 'd'])
      site.page(`/${name}`, `Page ${name}`, `The page ${name} tells of things beginning with ${name}.`, [`/${name}/deep`]);
    for (const name of ['a', 'b', 'c', 'd']) site.page(`/${name}/deep`, `Deep ${name}`, `Deep below ${name} there is more of it.`, [`/${name}/deep/er`]);
    const few = await scene.add({ kind: 'site', url: `${site.url}/`, max_pages: 3 });
    expect((await scene.read(few.id)).progress).toEqual({ found: 3, complete: 3, left_out: 0, failed: 0 });
    expect(Object.keys(await scene.documents(few.id))).toEqual(['/', '/a', '/b']);
    const flat = await scene.add({ kind: 'site', url: `${site.url}/`, max_depth: 1 });
    await scene.read(flat.id);
    expect(Object.keys(await scene.documents(flat.id))).toEqual(['/', '/a', '/b', '/c', '/d']);
  });

  it('begun in a folder stays in it', async () => {
    const { site } = scene;
    site.page('/help/', 'Help', 'Here is help for all who ask.', ['/help/a', '/about', '/helpful']);
    site.page('/help/a', 'Help with knots', 'A bowline is tied in four steps.');
    const source = await scene.add({ kind: 'site', url: `${site.url}/help/` });
    await scene.read(source.id);
    expect(Object.keys(await scene.documents(source.id))).toEqual(['/help/', '/help/a']);
  });

  it('whose beginning is redirected is read from there, however deep it may go', async () => {
    const { site } = scene;
    site.pages.set('/', { status: 302, headers: { location: '/en/' } });
    site.page('/en/', 'English', 'The English pages begin here with tea.', ['/en/a']);
    site.page('/en/a', 'Never', 'Too deep.');
    const source = await scene.add({ kind: 'site', url: `${site.url}/`, max_depth: 0 });
    expect((await scene.read(source.id)).status).toBe('complete');
    expect(await scene.documents(source.id)).toEqual({ '/': `left_out: It has moved to ${site.url}/en/.`, '/en/': 'complete' });
  });

  it('has a page at its new address take the place of that at its old one', async () => {
    const { site } = scene;
    site.page('/', 'Start', 'This is the start of a site that has moved.', ['/old-a', '/print-b', '/c', '/d']);
    site.pages.set('/old-a', { status: 301, headers: { location: '/a' } });
    site.page('/print-b', 'To print', 'Page b, for printers.', [], '<link rel="canonical" href="/b">');
    for (const name of ['a', 'b', 'c', 'd']) site.page(`/${name}`, `Moved ${name}`, `The moved page ${name} tells of things beginning with ${name}.`);
    const { a, b } = scene.gateway.tenants;
    for (const tenant of [a, b]) {
      const { id } = await scene.add({ kind: 'site', url: `${site.url}/`, max_pages: 5 }, tenant);
      for (const read of [scene.read, scene.refresh]) expect((await read(id, tenant)).progress).toEqual({ found: 7, complete: 5, left_out: 2, failed: 0 });
      expect(Object.keys(await scene.versions(id, tenant))).toEqual(['Moved a', 'Moved b', 'Moved c', 'Moved d', 'Start']);
      await scene.call('DELETE', `/${id}`, undefined, tenant);
    }
    const one = await scene.add({ kind: 'page', url: `${site.url}/old-a`, max_pages: 1 });
    await scene.read(one.id);
    expect(await scene.documents(one.id)).toEqual({ '/old-a': `left_out: It has moved to ${site.url}/a.`, '/a': 'complete' });
    await scene.call('DELETE', `/${one.id}`);
  });

  it('whose pages each name another as their original is given up', async () => {
    const { site } = scene;
    site.pages.set('*', (request) => {
      const page = Number(/^\/\?page=(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
      if (!/^\/(\?|$)/.test(request.url ?? '')) return { status: 404 };
      return { body: htmlPage(`Copy ${page}`, `This is copy ${page}.`, [], `<link rel="canonical" href="/?page=${page + 1}">`) };
    });
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/`, max_pages: 2 });
    expect(await scene.read(id)).toMatchObject({ status: 'error', progress: { found: 6, complete: 0, left_out: 6 } });
    await scene.call('DELETE', `/${id}`);
  });

  it('begun in a folder has as many pages of it read as it may, whatever else its sitemap names first', async () => {
    const { site } = scene;
    const named = ['/blog/a', '/blog/b', '/blog/c', '/docs/a', '/docs/b'];
    site.pages.set('/sitemap.xml', { body: `<urlset>${named.map((path) => `<url><loc>${site.url}${path}</loc></url>`).join('')}</urlset>` });
    site.page('/docs/', 'Documents', 'Here are the documents of the harbour office.');
    for (const path of named) site.page(path, `Of ${path}`, `The page at ${path} tells of the harbour office.`);
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/docs/`, max_pages: 3 });
    await scene.read(id);
    expect(await scene.documents(id)).toEqual({ '/docs/': 'complete', '/docs/a': 'complete', '/docs/b': 'complete' });
    await scene.call('DELETE', `/${id}`);
  });

  it('is asked no faster than five times a second, or as its robots.txt wishes', async () => {
    const { site } = scene;
    site.pages.set('/robots.txt', { body: 'User-agent: NetiaBot\nCrawl-delay: 0.5\n' });
    site.page('/', 'Start', 'This is the slow start of all.', ['/a', '/b']);
    for (const name of ['a', 'b']) site.page(`/${name}`, `Slow ${name}`, `The slow page ${name} tells of snails.`);
    const source = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(source.id);
    const at = ['/', '/a', '/b'].map((path) => site.asked.find((request) => request.path === path)?.at ?? 0);
    expect((at[1] as number) - (at[0] as number)).toBeGreaterThan(480);
    expect((at[2] as number) - (at[1] as number)).toBeGreaterThan(480);
  });

  it('with one page that breaks what reads it is read all the same', async () => {
    const { site } = scene;
    const bad = ['/500', '/closed', '/cut', '/%E0%A4%A.txt', '/picture', '/rules', '/deep', '/empty.txt'];
    site.page('/', 'Start', 'This is the start of a site with bad pages.', [...bad, '/good']);
    site.pages.set('/500', { status: 500, body: 'oops' });
    site.pages.set('/closed', { status: 403, body: 'closed' });
    site.pages.set('/cut', (request) => void request.socket.destroy());
    site.pages.set('/%E0%A4%A.txt', { headers: { 'content-type': 'text/plain' }, body: 'A name that cannot be decoded.' });
    site.pages.set('/picture', { headers: { 'content-type': 'image/png' }, body: 'x' });
    site.pages.set('/rules', { body: '<html><body><main><hr><img alt="-" src="x"></main></body></html>' });
    site.pages.set('/deep', { body: '<div>'.repeat(5_000) });
    site.pages.set('/empty.txt', { headers: { 'content-type': 'text/plain' }, body: '\n' });
    site.page('/good', 'Good', 'The good page says that mackerel is smoked on Fridays.');
    const source = await scene.add({ kind: 'site', url: `${site.url}/` });
    expect((await scene.read(source.id)).status).toBe('complete');
    const documents = await scene.documents(source.id);
    expect(documents).toMatchObject({
      '/500': 'error: The server answered with 500.',
      '/closed': 'error: The page is not open to us (403).',
      '/cut': 'error: The server could not be reached.',
      '/%E0%A4%A.txt': 'complete',
      '/picture': 'left_out: It is no text (image/png).',
      '/deep': 'error: The page is nested more than 400 deep.',
      '/good': 'complete',
    });
    for (const path of ['/rules', '/empty.txt']) expect(documents[path]).toMatch(/^left_out: There is no text/);
    expect((await scene.ask('When is mackerel smoked?')).text).toContain('Fridays');
  });

  it('that cannot be had says why', async () => {
    const { site } = scene;
    const reasons: unknown[] = [];
    for (const url of ['http://127.0.0.1:1', 'http://10.0.0.1/', 'http://localhost.invalid/', `${site.url}/nothing`]) {
      const { status, reason } = await scene.read((await scene.add({ kind: 'site', url })).id);
      reasons.push([status, reason]);
    }
    expect(reasons).toEqual([
      ['error', 'This is not an address that can be read: it must begin with http:// or https://, without a user name, on a usual port.'],
      ['error', 'This address does not lead to the public internet.'],
      ['error', 'The server could not be reached.'],
      ['error', 'The page is not there (404).'],
    ]);
  });
});

describe('a page', () => {
  it('is read by itself, and what it leads to is not', async () => {
    const { site } = scene;
    site.page('/one', 'One page', 'The ferry to the island leaves at noon.', ['/two']);
    const source = await scene.add({ kind: 'page', url: `${site.url}/one`, category: 'travel', tags: ['ferry'], language: 'en' });
    expect((await scene.read(source.id)).progress.found).toBe(1);
    expect((await scene.ask('When does the ferry to the island leave?')).text).toContain('noon');
    expect(
      await scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) => tx.row("SELECT category, tags, language FROM knowledge_bases WHERE title = 'One page'")),
    ).toEqual({ category: 'travel', tags: ['ferry'], language: 'en' });
  });

  it('in the letters of its server is understood', async () => {
    const { site } = scene;
    site.pages.set('/latin', {
      headers: { 'content-type': 'text/html; charset=ISO-8859-1' },
      body: Buffer.from('<html><body><p>Das Fährhäuschen öffnet um halb fünf.</p></body></html>', 'latin1'),
    });
    await scene.read((await scene.add({ kind: 'page', url: `${site.url}/latin` })).id);
    expect((await scene.ask('Wann öffnet das Fährhäuschen?')).text).toContain('Fährhäuschen öffnet um halb fünf');
  });
});

describe('a sitemap', () => {
  it('has all pages read that it and its sitemaps name, and nothing else', async () => {
    const { site } = scene;
    site.pages.set('/map.xml', {
      body: `<sitemapindex><sitemap><loc>${site.url}/1.xml</loc></sitemap><sitemap><loc>${site.url}/2.xml</loc></sitemap></sitemapindex>`,
    });
    site.pages.set('/1.xml', { body: `<urlset><url><loc>${site.url}/a</loc></url></urlset>` });
    site.pages.set('/2.xml', { body: `<urlset><url><loc>${site.otherUrl}/b</loc></url></urlset>` });
    site.page('/a', 'Map a', 'The first mapped page is about tides.', ['/not-in-it']);
    site.page('/b', 'Map b', 'The second mapped page is about currents.');
    const source = await scene.add({ kind: 'sitemap', url: `${site.url}/map.xml` });
    expect((await scene.read(source.id)).status).toBe('complete');
    expect(await scene.documents(source.id)).toEqual({ '/a': 'complete', '/b': 'complete' });
  });

  it('whose addresses have all moved has them read at their new place, as many as there may be', async () => {
    const { site } = scene;
    const names = ['a', 'b', 'c'];
    site.pages.set('/map.xml', { body: `<urlset>${names.map((name) => `<url><loc>${site.url}/old-${name}</loc></url>`).join('')}</urlset>` });
    for (const name of names) {
      site.pages.set(`/old-${name}`, { status: 301, headers: { location: `/${name}` } });
      site.page(`/${name}`, `Sent on ${name}`, `The page ${name} has been sent on.`);
    }
    const { id } = await scene.add({ kind: 'sitemap', url: `${site.url}/map.xml`, max_pages: 3 });
    expect((await scene.read(id)).progress).toEqual({ found: 6, complete: 3, left_out: 3, failed: 0 });
    await scene.call('DELETE', `/${id}`);
  });

  it('of many parts is asked for them no faster than for pages, and stays with who reads it', async () => {
    const { site, gateway } = scene;
    const { a, b } = gateway.tenants;
    const parts = ['/1.xml', '/2.xml', '/3.xml'];
    site.pages.set('/map.xml', { body: `<sitemapindex>${parts.map((path) => `<sitemap><loc>${site.url}${path}</loc></sitemap>`).join('')}</sitemapindex>` });
    site.page('/a', 'Map a', 'The mapped page is about buoys.');
    const [mine, theirs] = [
      await scene.add({ kind: 'sitemap', url: `${site.url}/map.xml` }, a),
      await scene.add({ kind: 'sitemap', url: `${site.url}/map.xml` }, b),
    ];
    const leases: unknown[] = [];
    for (const path of parts)
      site.pages.set(path, (_request, response) => {
        // Each part takes nearly as long as a source is somebody's.
        void gateway.inTenant(a.id, async (tx) => {
          leases.push(await tx.row("SELECT lease_until > now() + interval '1 minute' AS is_held FROM knowledge_sources WHERE id = $1", [mine.id]));
          await tx.run("UPDATE knowledge_sources SET lease_until = now() + interval '5 seconds' WHERE id = $1", [mine.id]);
          response.end(`<urlset><url><loc>${site.url}/a</loc></url></urlset>`);
        });
        return undefined;
      });
    await scene.read(mine.id, a);
    expect(leases).toEqual(parts.map(() => ({ is_held: true })));
    const at = ['/map.xml', ...parts, '/a'].map((path) => site.asked.find((request) => request.path === path)?.at ?? 0);
    for (const [place, moment] of at.slice(1).entries()) expect(moment - (at[place] as number)).toBeGreaterThan(180);
    expect((await scene.show(theirs.id, b)).status).toBe('pending');
    for (const [{ id }, tenant] of [
      [mine, a],
      [theirs, b],
    ] as const)
      await scene.call('DELETE', `/${id}`, undefined, tenant);
  });

  it('of which a part cannot be had has the rest read, and says so', async () => {
    const { site } = scene;
    site.pages.set('/map.xml', {
      body: `<sitemapindex><sitemap><loc>${site.url}/gone.xml</loc></sitemap><sitemap><loc>${site.url}/2.xml</loc></sitemap></sitemapindex>`,
    });
    site.pages.set('/2.xml', { body: `<urlset><url><loc>${site.url}/a</loc></url></urlset>` });
    site.page('/a', 'Map a', 'The mapped page is about ebb and flood.');
    const source = await scene.add({ kind: 'sitemap', url: `${site.url}/map.xml` });
    expect(await scene.read(source.id)).toMatchObject({ status: 'complete', reason: 'The sitemap cannot be had: the server answered with 404.' });
  });
});

describe('a worker', () => {
  it('finds what is to be read by itself', async () => {
    const working = await startSourcesScene({ withSweep: true });
    try {
      working.site.page('/', 'Found', 'The lighthouse keeper is called Marit.');
      const { id } = await working.add({ kind: 'site', url: `${working.site.url}/` });
      await until('the source to be read', async () => (await working.show(id)).status === 'complete');
      expect((await working.ask('What is the lighthouse keeper called?')).text).toContain('Marit');
    } finally {
      await working.close();
    }
  });
});

describe('two tenants that have the same site read', () => {
  it('see their own alone', async () => {
    const { site } = scene;
    const { a, b } = scene.gateway.tenants;
    site.page('/', 'Shared', 'The ship chandler sells tar by the barrel.');
    const [mine, theirs] = [await scene.add({ kind: 'site', url: `${site.url}/` }, a), await scene.add({ kind: 'site', url: `${site.url}/` }, b)];
    await scene.read(mine.id, a);
    expect((await scene.ask('What does the ship chandler sell?', b)).text).not.toContain('tar');
    expect((await scene.call('GET', `/${mine.id}`, undefined, b)).status).toBe(404);
    expect((await scene.call('GET', `/${mine.id}/documents`, undefined, b)).status).toBe(404);
    await scene.read(theirs.id, b);
    expect((await scene.ask('What does the ship chandler sell?', b)).text).toContain('tar');
    expect((await scene.call('DELETE', `/${mine.id}`, undefined, b)).status).toBe(404);
    expect((await scene.call('DELETE', `/${theirs.id}`, undefined, b)).status).toBe(204);
    expect((await scene.ask('What does the ship chandler sell?', a)).text).toContain('tar');
    expect((await scene.ask('What does the ship chandler sell?', b)).text).not.toContain('tar');
  });
});
