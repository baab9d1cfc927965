import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SourcesScene, startSourcesScene } from '../support/sources-scene.ts';

/** L-3: what has changed at its source is answered anew, what is gone there is answered no more. */
let scene: SourcesScene;
beforeAll(async () => {
  scene = await startSourcesScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.site.pages.clear();
  scene.site.asked.length = 0;
});

const asOf = async (question: string) => {
  const answer = await scene.ask(question);
  const part = answer.parts.map((heard) => heard.part).find(({ type }) => type === 'citation');
  if (part?.type !== 'citation') throw new Error(`no citation in: ${answer.text}`);
  return Date.parse(part.citation.as_of);
};

describe('a page that has not changed', () => {
  it.each(['by its ETag', 'by its date', 'by its bytes'])('keeps its version, and holds as of now: told %s', async (how) => {
    const { site } = scene;
    const word = how.slice(-4);
    site.page('/', `Start ${word}`, `The ${word} pilot boat is painted green.`, ['/next']);
    site.page('/next', `Next ${word}`, `The ${word} tug is painted black.`);
    for (const path of ['/', '/next']) {
      const page = site.pages.get(path) as { headers: Record<string, string>; body: string };
      const mark = `"${createHash('sha256').update(page.body).digest('hex')}"`;
      site.pages.set(path, (request) => {
        if (how === 'by its ETag' && request.headers['if-none-match'] === mark) return { status: 304, headers: { etag: mark } };
        if (how === 'by its date' && request.headers['if-modified-since']) return { status: 304 };
        return {
          ...page,
          headers: {
            ...page.headers,
            ...(how === 'by its ETag' ? { etag: mark } : how === 'by its date' ? { 'last-modified': 'Sat, 21 Nov 2026 08:00:00 GMT' } : {}),
          },
        };
      });
    }
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    const question = `What colour is the ${word} tug painted?`;
    const before = await asOf(question);
    expect((await scene.refresh(id)).progress).toEqual({ found: 2, complete: 2, left_out: 0, failed: 0 });
    expect(await asOf(question)).toBeGreaterThan(before);
    expect(await scene.versions(id)).toEqual({ [`Next ${word}`]: 1, [`Start ${word}`]: 1 });
    expect(site.times('/next')).toBe(2);
    await scene.call('DELETE', `/${id}`);
  });
});

describe('a page that has changed', () => {
  it('is a new version at once, and its old text is answered no more', async () => {
    const { site } = scene;
    site.page('/', 'Prices', 'A rowing boat costs 9 euros an hour.', ['/stays']);
    site.page('/stays', 'Stays', 'A sailing boat costs 40 euros an hour.');
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    expect((await scene.ask('What does a rowing boat cost?')).text).toContain('9 euros');
    site.page('/', 'Prices', 'A rowing boat costs 12 euros an hour.', ['/stays']);
    await scene.refresh(id);
    const answer = await scene.ask('What does a rowing boat cost?');
    expect(answer.text).toContain('12 euros');
    expect(answer.text).not.toContain('9 euros');
    expect(await scene.versions(id)).toEqual({ Prices: 2, Stays: 1 });
    await scene.call('DELETE', `/${id}`);
  });

  it('is read anew with the settings of its source, when they change', async () => {
    const { site } = scene;
    site.pages.set('/', { headers: { etag: '"1"' }, body: '<title>Set</title><p>The bosun whistles at six.</p>' });
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/` });
    await scene.read(id);
    await scene.call('PATCH', `/${id}`, { category: 'crew', tags: ['bosun'], refresh_hours: 24 });
    const read = await scene.read(id);
    expect(Date.parse(read.refresh_at ?? '')).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(await scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) => tx.row("SELECT category, tags FROM knowledge_bases WHERE title = 'Set'"))).toEqual({
      category: 'crew',
      tags: ['bosun'],
    });
    await scene.call('DELETE', `/${id}`);
  });
});

describe('what was decided of a single page', () => {
  const PRICE = 'What does the crane cost an hour?';
  const HEIGHT = 'How high is the crane?';
  const edit = async (title: string, method: string, body?: object) => {
    const { gateway } = scene;
    const { id: tenantId } = gateway.tenants.a;
    const entry = await gateway.inTenant(tenantId, (tx) => tx.row<{ id: string }>('SELECT id FROM knowledge_bases WHERE title = $1', [title]));
    const response = await fetch(`${gateway.url}/v1/admin/knowledge/${entry?.id}`, {
      method,
      headers: { authorization: `Bearer ${await gateway.key(tenantId)}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.status;
  };
  const pages = () => {
    scene.site.page('/', 'Crane prices', 'The crane costs 480 euros an hour.', ['/height']);
    scene.site.page('/height', 'Crane height', 'The crane is 31 metres high.');
  };
  /** What is answered of both pages: here, and at a tenant that reads the same site and has decided nothing. */
  const answered = async () => {
    const { a, b } = scene.gateway.tenants;
    const verdict = async (question: string, figure: string, tenant: typeof a) => (await scene.ask(question, tenant)).text.includes(figure);
    return { price: await verdict(PRICE, '480', a), height: await verdict(HEIGHT, '31', a), theirs: await verdict(PRICE, '480', b) };
  };

  it.each([
    ['for the team only', { visibility: 'internal' }],
    ['withdrawn', { is_active: false }],
  ])('holds for a page %s: at the next reading, with other settings, when the page has changed, and when it was away', async (_, change) => {
    const { site, gateway } = scene;
    const { b } = gateway.tenants;
    pages();
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    const { id: theirs } = await scene.add({ kind: 'site', url: `${site.url}/` }, b);
    await scene.read(id);
    await scene.read(theirs, b);
    expect(await answered()).toEqual({ price: true, height: true, theirs: true });
    const hidden = { price: false, height: true, theirs: true };

    expect(await edit('Crane prices', 'PATCH', change)).toBe(200);
    expect(await answered()).toEqual(hidden);
    await scene.refresh(id);
    expect(await answered()).toEqual(hidden);
    // The form of the source sends all that it shows.
    await scene.call('PATCH', `/${id}`, { visibility: 'shared', category: 'crane', tags: ['crane'], language: 'en' });
    await scene.read(id);
    expect(await answered()).toEqual(hidden);
    site.page('/', 'Crane prices', 'The crane costs 480 euros an hour, and 90 a minute.', ['/height']);
    await scene.refresh(id);
    expect(await answered()).toEqual(hidden);
    // Gone, and back again.
    site.pages.delete('/');
    site.page('/height', 'Crane height', 'The crane is 31 metres high.');
    await scene.refresh(id);
    pages();
    await scene.refresh(id);
    await scene.refresh(theirs, b);
    expect(await scene.documents(id)).toMatchObject({ '/': 'complete', '/height': 'complete' });
    expect(await answered()).toEqual(hidden);

    // Control: taken back, it is as the source says.
    expect(await edit('Crane prices', 'PATCH', { visibility: 'shared', is_active: true })).toBe(200);
    await scene.refresh(id);
    expect(await answered()).toEqual({ price: true, height: true, theirs: true });
    await scene.call('DELETE', `/${id}`);
    await scene.call('DELETE', `/${theirs}`, undefined, b);
  });

  it('is overruled by nothing less than the whole source: what is all for the team is so without exception', async () => {
    const { site } = scene;
    pages();
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/`, visibility: 'internal' });
    await scene.read(id);
    await edit('Crane prices', 'PATCH', { visibility: 'shared' });
    expect(await answered()).toMatchObject({ price: true, height: false });
    await scene.call('PATCH', `/${id}`, { visibility: 'shared' });
    await scene.call('PATCH', `/${id}`, { visibility: 'internal' });
    expect(await answered()).toMatchObject({ price: false, height: false });
    await scene.read(id);
    expect(await answered()).toMatchObject({ price: false, height: false });
    await scene.call('DELETE', `/${id}`);
  });

  it('cannot be to delete it: the next reading would bring it again', async () => {
    pages();
    const { id } = await scene.add({ kind: 'site', url: `${scene.site.url}/` });
    await scene.read(id);
    expect(await edit('Crane prices', 'DELETE')).toBe(409);
    expect(await answered()).toMatchObject({ price: true });
    await scene.call('DELETE', `/${id}`);
    expect(await answered()).toMatchObject({ price: false });
  });
});

describe('a source whose language is changed', () => {
  const languages = (tenant: { id: string }) =>
    scene.gateway.inTenant(tenant.id, (tx) =>
      tx.rows<{ title: string; language: string }>(
        "SELECT k.title, d.language FROM knowledge_bases k JOIN documents d ON d.tenant_id = k.tenant_id AND d.knowledge_id = k.id WHERE k.title LIKE 'Sprache%' ORDER BY 1",
      ),
    );
  const inLanguage = (language: string) => ['Sprache eins', 'Sprache zwei'].map((title) => ({ title, language }));
  const pages = (marks: (path: string) => Record<string, string>) => {
    const body = (title: string, text: string, link: string) =>
      `<html><head><title>${title}</title></head><body><p>${text}</p><a href="${link}">x</a></body></html>`;
    const bodies = {
      '/': body('Sprache eins', 'Der Leuchtturm ist nicht hoch, aber er ist sehr alt und steht auf der Insel.', '/zwei'),
      '/zwei': body('Sprache zwei', 'Das Boot ist nicht schnell, und der Hafen liegt hinter der Mole.', '/'),
    };
    for (const [path, text] of Object.entries(bodies))
      scene.site.pages.set(path, (request) => {
        const headers = marks(path);
        return headers['etag'] && request.headers['if-none-match'] === headers['etag'] ? { status: 304, headers } : { headers, body: text };
      });
  };

  it.each<[string, Record<string, string>]>([
    ['their ETag', { etag: '"1"' }],
    ['their bytes', {}],
  ])("has the language of its pages detected again, unchanged as they are by %s, and no other tenant's", async (_name, headers) => {
    const { a, b } = scene.gateway.tenants;
    pages(() => headers);
    const sources = [];
    for (const tenant of [a, b]) {
      const { id } = await scene.add({ kind: 'site', url: `${scene.site.url}/`, language: 'pl' }, tenant);
      await scene.read(id, tenant);
      expect(await languages(tenant)).toEqual(inLanguage('pl'));
      sources.push({ id, tenant });
    }
    const [mine, theirs] = sources as [(typeof sources)[number], (typeof sources)[number]];
    expect((await scene.call('PATCH', `/${mine.id}`, { language: null }, b)).status).toBe(404);
    await scene.call('PATCH', `/${mine.id}`, { language: null }, a);
    await scene.read(mine.id, a);
    expect(await languages(a)).toEqual(inLanguage('de'));
    await scene.refresh(theirs.id, b);
    expect(await languages(b)).toEqual(inLanguage('pl'));
    expect(await scene.versions(theirs.id, b)).toEqual({ 'Sprache eins': 1, 'Sprache zwei': 1 });
    // The same once more changes nothing.
    const versions = await scene.versions(mine.id, a);
    await scene.call('PATCH', `/${mine.id}`, { language: null }, a);
    await scene.read(mine.id, a);
    expect(await scene.versions(mine.id, a)).toEqual(versions);
    for (const { id, tenant } of sources) await scene.call('DELETE', `/${id}`, undefined, tenant);
  });

  it('while it is read has it detected the next time, also where it was read already or is read right now', async () => {
    const { a } = scene.gateway.tenants;
    let change = async () => {};
    pages(() => ({ etag: '"1"' }));
    const second = scene.site.pages.get('/zwei') as (request: unknown) => { headers: Record<string, string>; body: string };
    scene.site.pages.set('/zwei', (request, response) => {
      const page = second(request);
      void change().then(() => response.writeHead('status' in page ? 304 : 200, { 'content-type': 'text/html', ...page.headers }).end(page.body ?? ''));
      return undefined;
    });
    const { id } = await scene.add({ kind: 'site', url: `${scene.site.url}/`, language: 'pl' });
    change = async () => void (await scene.call('PATCH', `/${id}`, { language: null }));
    await scene.read(id);
    expect(await languages(a)).toEqual(inLanguage('pl'));
    change = async () => {};
    await scene.read(id);
    expect(await languages(a)).toEqual(inLanguage('de'));
    await scene.call('DELETE', `/${id}`);
  });
});

describe('a page that is there no more', () => {
  const question = 'How heavy is the storm anchor?';
  const begin = async () => {
    const { site } = scene;
    site.page('/', 'Start', 'This is where the anchors are.', ['/anchor']);
    site.page('/anchor', 'Storm anchor', 'The storm anchor weighs 250 kilograms.');
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    expect((await scene.ask(question)).text).toContain('250');
    return id;
  };
  const isGone = async (id: string, verdict = 'abstained') => {
    const answer = await scene.ask(question);
    expect([answer.text.includes('250'), answer.verdict]).toEqual([false, verdict]);
    await scene.call('DELETE', `/${id}`);
  };

  it.each<[string, (site: SourcesScene['site']) => void]>([
    ['it is not found (404)', (site) => void site.pages.delete('/anchor')],
    ['it is gone (410)', (site) => void site.pages.set('/anchor', { status: 410 })],
    ['nothing leads to it any more', (site) => site.page('/', 'Start', 'This is where the anchors were.')],
    [
      'it asks not to be read',
      (site) => site.page('/anchor', 'Storm anchor', 'The storm anchor weighs 250 kilograms.', [], '<meta name="robots" content="noindex">'),
    ],
    ['robots.txt forbids it', (site) => void site.pages.set('/robots.txt', { body: 'User-agent: *\nDisallow: /anchor' })],
    ['there is no text on it any more', (site) => void site.pages.set('/anchor', { body: '<html><body></body></html>' })],
    ['it is another kind of file', (site) => void site.pages.set('/anchor', { headers: { 'content-type': 'application/zip' }, body: 'PK' })],
  ])('is answered from no more after the next reading: %s', async (_name, change) => {
    const id = await begin();
    change(scene.site);
    await scene.refresh(id);
    await isGone(id);
  });

  it('because it has moved is answered from its new place', async () => {
    const id = await begin();
    scene.site.page('/new-anchor', 'Storm anchor', 'The storm anchor weighs 260 kilograms.');
    scene.site.pages.set('/anchor', { status: 301, headers: { location: '/new-anchor' } });
    await scene.refresh(id);
    expect((await scene.ask(question)).text).toContain('260');
    expect(await scene.documents(id)).toMatchObject({ '/anchor': `left_out: It has moved to ${scene.site.url}/new-anchor.`, '/new-anchor': 'complete' });
    await isGone(id, 'answered');
  });

  it('has moved also when the server says of its new place that nothing has changed', async () => {
    const { site } = scene;
    site.pages.set('/anchor', {
      headers: { 'last-modified': 'Sat, 21 Nov 2026 08:00:00 GMT' },
      body: '<title>Storm anchor</title><p>The storm anchor weighs 250 kilograms.</p>',
    });
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/anchor` });
    await scene.read(id);
    site.pages.set('/anchor', { status: 301, headers: { location: '/elsewhere' } });
    site.pages.set('/elsewhere', (request) =>
      request.headers['if-modified-since'] ? { status: 304 } : { body: '<title>Other</title><p>The sheet anchor is red.</p>' },
    );
    await scene.refresh(id);
    expect(await scene.documents(id)).toEqual({ '/anchor': `left_out: It has moved to ${site.url}/elsewhere.`, '/elsewhere': 'complete' });
    expect((await scene.ask('What colour is the sheet anchor?')).text).toContain('red');
    await isGone(id);
  });

  it('for a while is answered from for two readings, and not after the third', async () => {
    const id = await begin();
    scene.site.pages.set('/anchor', { status: 500 });
    for (let reading = 1; reading <= 2; reading++) {
      expect(await scene.refresh(id)).toMatchObject({ status: 'complete', reason: '1 could not be read.' });
      expect((await scene.ask(question)).text).toContain('250');
    }
    await scene.refresh(id);
    await isGone(id);
  });

  it('for a while and then is there again has lost nothing', async () => {
    const id = await begin();
    const page = scene.site.pages.get('/anchor') as object;
    for (let round = 0; round < 2; round++) {
      scene.site.pages.set('/anchor', { status: 503 });
      await scene.refresh(id);
      await scene.refresh(id);
      scene.site.pages.set('/anchor', page);
      await scene.refresh(id);
    }
    expect((await scene.ask(question)).text).toContain('250');
    expect(await scene.versions(id)).toMatchObject({ 'Storm anchor': 1 });
    await scene.call('DELETE', `/${id}`);
  });
});

describe('what led to a page', () => {
  const question = 'How deep is the ferry basin?';
  /** Two tenants with the same site, both of whose pages are to stay or to go. */
  const begin = async (source: Record<string, unknown>) => {
    const { a, b } = scene.gateway.tenants;
    const both = [];
    for (const tenant of [a, b]) {
      const { id } = await scene.add(source, tenant);
      await scene.read(id, tenant);
      expect((await scene.ask(question, tenant)).text).toContain('7 metres');
      both.push({ id, tenant });
    }
    return both;
  };
  const hub = (links = ['/basin', '/quay']) => scene.site.page('/help/', 'Help', 'This is what helps in the harbour.', links);
  const pages = () => {
    const { site } = scene;
    site.page('/', 'Start', 'This is the start of the ferry harbour.', ['/help/', '/broken']);
    hub();
    site.page('/basin', 'Ferry basin', 'The ferry basin is 7 metres deep.');
    site.page('/quay', 'Long quay', 'The long quay was built of granite.');
  };
  const map = (...paths: string[]) => ({ body: `<urlset>${paths.map((path) => `<url><loc>${scene.site.url}${path}</loc></url>`).join('')}</urlset>` });

  it('may fail for long: what it led to is asked itself, and only what is gone is withdrawn', async () => {
    const { site } = scene;
    pages();
    const both = await begin({ kind: 'site', url: `${site.url}/` });
    site.pages.set('/help/', { status: 503 });
    site.pages.delete('/quay');
    for (const { id, tenant } of both) {
      for (let reading = 1; reading <= 4; reading++) await scene.refresh(id, tenant);
      expect(await scene.versions(id, tenant)).toEqual({ 'Ferry basin': 1, Start: 1 });
      expect((await scene.ask(question, tenant)).text).toContain('7 metres');
    }
    hub([]);
    for (const { id, tenant } of both) {
      await scene.refresh(id, tenant);
      expect(await scene.versions(id, tenant)).toEqual({ Help: 1, Start: 1 });
      await scene.call('DELETE', `/${id}`, undefined, tenant);
    }
  });

  it('without being read itself may fail as well: a page that asks not to be, and one that has moved', async () => {
    const { site } = scene;
    pages();
    site.page('/', 'Start', 'This is the start of the ferry harbour.', ['/index-of-all', '/old-quay']);
    site.page('/index-of-all', 'All', 'Here is all.', ['/basin'], '<meta name="robots" content="noindex">');
    site.pages.set('/old-quay', { status: 301, headers: { location: '/quay' } });
    const both = await begin({ kind: 'site', url: `${site.url}/`, max_depth: 2 });
    for (const path of ['/index-of-all', '/old-quay']) site.pages.set(path, { status: 500 });
    for (const { id, tenant } of both) {
      await scene.refresh(id, tenant);
      expect(await scene.versions(id, tenant)).toEqual({ 'Ferry basin': 1, 'Long quay': 1, Start: 1 });
      await scene.call('DELETE', `/${id}`, undefined, tenant);
    }
  });

  it.each<[string, (site: SourcesScene['site']) => void]>([
    ['/sitemap.xml fails', (site) => void site.pages.set('/sitemap.xml', { status: 503 })],
    ['/sitemap.xml is cut off', (site) => void site.pages.set('/sitemap.xml', (request) => void request.socket.destroy())],
    [
      'what robots.txt names is none',
      (site) => {
        site.pages.set('/robots.txt', { body: `Sitemap: ${site.url}/sitemap.xml` });
        site.pages.set('/sitemap.xml', { body: '<html><body><p>Back soon.</p></body></html>' });
      },
    ],
  ])('being a sitemap of a site, its pages are asked themselves: %s', async (_name, change) => {
    const { site } = scene;
    pages();
    hub([]);
    site.pages.set('/sitemap.xml', map('/basin', '/quay'));
    const both = await begin({ kind: 'site', url: `${site.url}/`, max_pages: 5 });
    change(site);
    site.pages.delete('/quay');
    // New pages do not take the place of those that are known.
    hub(['/new', '/newer']);
    for (const path of ['/new', '/newer']) site.page(path, `All ${path}`, `The page ${path} is of this week.`);
    for (const { id, tenant } of both) {
      expect((await scene.refresh(id, tenant)).status).toBe('complete');
      expect(await scene.versions(id, tenant)).toEqual({ 'Ferry basin': 1, Help: 1, Start: 1 });
    }
    site.pages.delete('/robots.txt');
    hub([]);
    site.pages.set('/sitemap.xml', map('/quay'));
    for (const { id, tenant } of both) {
      await scene.refresh(id, tenant);
      expect(await scene.versions(id, tenant)).toEqual({ Help: 1, Start: 1 });
      await scene.call('DELETE', `/${id}`, undefined, tenant);
    }
  });

  it('being a part of a sitemap, its pages are asked themselves', async () => {
    const { site } = scene;
    pages();
    site.pages.set('/map.xml', {
      body: `<sitemapindex><sitemap><loc>${site.url}/1.xml</loc></sitemap><sitemap><loc>${site.url}/2.xml</loc></sitemap></sitemapindex>`,
    });
    site.pages.set('/1.xml', map('/help/'));
    site.pages.set('/2.xml', map('/basin', '/quay'));
    const both = await begin({ kind: 'sitemap', url: `${site.url}/map.xml` });
    site.pages.set('/2.xml', { status: 500 });
    site.pages.delete('/quay');
    for (const { id, tenant } of both) {
      expect((await scene.refresh(id, tenant)).reason).toBe('The sitemap cannot be had: the server answered with 500.');
      expect(await scene.versions(id, tenant)).toEqual({ 'Ferry basin': 1, Help: 1 });
    }
    site.pages.set('/map.xml', { status: 503 });
    site.pages.delete('/basin');
    for (const { id, tenant } of both) {
      expect(await scene.refresh(id, tenant)).toMatchObject({ status: 'error', reason: 'The sitemap cannot be had: the server answered with 503.' });
      expect(await scene.versions(id, tenant)).toEqual({ 'Ferry basin': 1, Help: 1 });
      await scene.call('DELETE', `/${id}`, undefined, tenant);
    }
  });

  it.each<[string, Parameters<SourcesScene['site']['pages']['set']>[1]]>([
    ['is not there any more (404)', { status: 404 }],
    ['is not there any more (410)', { status: 410 }],
    ['is a page like any other', { body: '<html><body><p>There is no such page.</p></body></html>' }],
  ])('being a sitemap that %s, leads nowhere, also where a page is broken for ever', async (_name, play) => {
    const { site } = scene;
    pages();
    hub([]);
    site.pages.set('/broken', { status: 500 });
    site.pages.set('/sitemap.xml', map('/basin'));
    const both = await begin({ kind: 'site', url: `${site.url}/` });
    site.pages.set('/sitemap.xml', play);
    for (const { id, tenant } of both) {
      expect(await scene.refresh(id, tenant)).toMatchObject({ status: 'complete', reason: '1 could not be read.' });
      expect(await scene.versions(id, tenant)).toEqual({ Help: 1, Start: 1 });
      await scene.call('DELETE', `/${id}`, undefined, tenant);
    }
  });
});

describe('a site that is down', () => {
  it.each<[string, (site: SourcesScene['site']) => void]>([
    ['its robots.txt fails', (site) => void site.pages.set('/robots.txt', { status: 503 })],
    ['its robots.txt is cut off', (site) => void site.pages.set('/robots.txt', (request) => void request.socket.destroy())],
    ['each of its pages fails', (site) => ['/', '/bell'].forEach((path) => void site.pages.set(path, { status: 503 }))],
  ])('keeps what it had, however often it is tried: %s', async (_name, change) => {
    const { site } = scene;
    site.page('/', 'Start', 'This is where the bells are.', ['/bell']);
    site.page('/bell', 'Bell', 'The harbour bell rings at dusk.');
    const played = [...site.pages];
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    change(site);
    for (let reading = 0; reading < 4; reading++) expect((await scene.refresh(id)).status).toBe('error');
    expect((await scene.ask('When does the harbour bell ring?')).text).toContain('dusk');
    expect(await scene.show(id)).toMatchObject({ status: 'error', reason: expect.stringMatching(/server/) as string });
    site.pages.delete('/robots.txt');
    for (const [path, page] of played) site.pages.set(path, page);
    // Of a page that fails when the site is there again, this is the first time.
    site.pages.set('/bell', { status: 503 });
    for (let reading = 0; reading < 2; reading++) expect((await scene.refresh(id)).status).toBe('complete');
    // The third time it fails with all others.
    site.pages.set('/', { status: 503 });
    expect((await scene.refresh(id)).status).toBe('error');
    expect((await scene.ask('When does the harbour bell ring?')).text).toContain('dusk');
    await scene.call('DELETE', `/${id}`);
  });

  it('and is one page alone loses it at the third reading', async () => {
    const { site } = scene;
    site.page('/', 'Alone', 'The lonely buoy is striped.');
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/` });
    await scene.read(id);
    site.pages.set('/', { status: 500 });
    const kept = [];
    for (let reading = 1; reading <= 3; reading++) {
      expect((await scene.refresh(id)).status).toBe('error');
      kept.push(Object.keys(await scene.versions(id)).length);
    }
    expect(kept).toEqual([1, 1, 0]);
    await scene.call('DELETE', `/${id}`);
  });
});

describe('a source', () => {
  it('removed is answered from no more, from that moment', async () => {
    const { site } = scene;
    const { a } = scene.gateway.tenants;
    site.page('/', 'Start', 'The capstan is turned by eight people.', ['/two']);
    site.page('/two', 'Two', 'The windlass is turned by two people.');
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    expect((await scene.ask('How many people turn the capstan?')).text).toContain('eight');
    expect((await scene.call('DELETE', `/${id}`)).status).toBe(204);
    expect((await scene.ask('How many people turn the capstan?')).text).not.toContain('eight');
    expect((await scene.call('GET', `/${id}`)).status).toBe(404);
    const left = await scene.gateway.inTenant(a.id, (tx) =>
      tx.row(
        `SELECT (SELECT count(*)::integer FROM source_documents WHERE source_id = $1) AS documents, (SELECT count(*)::integer FROM knowledge_bases WHERE title = 'Two') AS entries,
           (SELECT count(*)::integer FROM postings p WHERE NOT EXISTS (SELECT FROM document_chunks c WHERE c.chunk_no = p.chunk_no)) AS postings,
           (SELECT count(*)::integer FROM terms WHERE lexeme LIKE 'capstan%') AS terms`,
        [id],
      ),
    );
    expect(left).toEqual({ documents: 0, entries: 0, postings: 0, terms: 0 });
  });

  it('for internal use is never quoted, and becomes so at once', async () => {
    const { site } = scene;
    site.page('/', 'Start', 'The smuggler cove is behind the third rock.');
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/`, visibility: 'internal' });
    await scene.read(id);
    const question = 'Where is the smuggler cove?';
    expect((await scene.ask(question)).text).not.toContain('third rock');
    await scene.call('PATCH', `/${id}`, { visibility: 'shared' });
    expect((await scene.ask(question)).text).toContain('third rock');
    await scene.call('PATCH', `/${id}`, { visibility: 'internal' });
    expect((await scene.ask(question)).text).not.toContain('third rock');
    await scene.read(id);
    expect((await scene.ask(question)).text).not.toContain('third rock');
    await scene.call('DELETE', `/${id}`);
  });

  it('that may have fewer pages than before keeps so many', async () => {
    const { site } = scene;
    site.page('/', 'Start', 'This is the start of few.', ['/a', '/b']);
    site.page('/a', 'Few a', 'The jib is hoisted first.');
    site.page('/b', 'Few b', 'The spanker is hoisted last.');
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    await scene.read(id);
    await scene.call('PATCH', `/${id}`, { max_pages: 2 });
    await scene.read(id);
    expect(Object.keys(await scene.versions(id))).toEqual(['Few a', 'Start']);
    expect((await scene.ask('When is the spanker hoisted?')).text).not.toContain('last');
    await scene.call('DELETE', `/${id}`);
  });

  it('that was asked for again while it was read is read again', async () => {
    const { site } = scene;
    site.page('/', 'Start', 'The cook serves stew on Mondays.');
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/` });
    const page = site.pages.get('/') as object;
    site.pages.set('/', () => {
      void scene.call('POST', `/${id}/refresh`);
      return page;
    });
    await scene.read(id);
    site.pages.set('/', page);
    expect((await scene.show(id)).refresh_at).not.toBeNull();
    await scene.read(id);
    expect(site.times('/')).toBe(2);
    await scene.call('DELETE', `/${id}`);
  });
});
