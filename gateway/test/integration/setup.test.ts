import { PIXEL } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { PlayedSite } from '../support/played-site.ts';

/** From a name and an address to an agent on the tenant's own pages. */
let gateway: TestGateway;
let site: PlayedSite;
let owner: ConsoleClient;
let stranger: ConsoleClient;

beforeAll(async () => {
  site = await PlayedSite.open();
  gateway = await startGateway({ environment: { CRAWL_NETWORKS: '127.0.0.1/32' } });
  owner = await ConsoleClient.join(gateway, gateway.tenants.a.id, 'owner');
  stranger = await ConsoleClient.join(gateway, gateway.tenants.b.id, 'owner');
});
afterAll(async () => {
  await gateway.close();
  await site.close();
});

interface Shown {
  site_url: string | null;
  entries: number;
  first_session_at: string | null;
}
const setup = (who: ConsoleClient) => who.json<Shown>('GET', '/v1/admin/setup');
const check = async (path: string) =>
  (await owner.json<{ found: string; message: string }>('GET', `/v1/admin/setup/installation?url=${encodeURIComponent(`${site.url}${path}`)}`)).found;

describe('the set-up', () => {
  it('knows the address of the site, and when the first visitor opened the widget', async () => {
    expect(await setup(owner)).toMatchObject({ site_url: null, entries: 0, first_session_at: null });
    await owner.json('PATCH', '/v1/admin/tenant', { name: 'Harbour Shop', site_url: 'https://harbour.invalid/' });
    expect(await setup(owner)).toMatchObject({ site_url: 'https://harbour.invalid/' });
    expect(await setup(stranger)).toMatchObject({ site_url: null });
    expect((await owner.json<{ tenant: { name: string } }>('GET', '/v1/console/me')).tenant.name).toBe('Harbour Shop');
    expect(await owner.status('PATCH', '/v1/admin/tenant', { site_url: 'javascript:alert(1)' })).toBe(400);
    await gateway.visitor();
    expect((await setup(owner)).first_session_at).not.toBeNull();
    expect((await setup(stranger)).first_session_at).toBeNull();
  });

  it('sees in a page whether the snippet is there, with the right id', async () => {
    const { websiteId } = gateway.tenants.a;
    const page = (snippet: string) => `<!doctype html><title>Shop</title><p>Hello</p>${snippet}`;
    site.pages.set('/right', { body: page(`<script async src="https://chat.invalid/widget.js" data-website-id="${websiteId}"></script>`) });
    site.pages.set('/other', { body: page(`<script async src="https://chat.invalid/widget.js" data-website-id="${gateway.tenants.b.websiteId}"></script>`) });
    site.pages.set('/none', { body: page('<script src="/other.js"></script>') });
    expect(await check('/right')).toBe('installed');
    expect(await check('/other')).toBe('other_id');
    expect(await check('/none')).toBe('missing');
    expect(await check('/gone')).toBe('unreachable');
    // An address of ours that tenants must not reach is refused like one that does not answer.
    const inner = await owner.json<{ found: string }>('GET', `/v1/admin/setup/installation?url=${encodeURIComponent('http://169.254.169.254/latest/')}`);
    expect(inner.found).toBe('unreachable');
  });

  it('suggests questions that the tenant’s own texts answer, and no others', async () => {
    await gateway.know(
      gateway.tenants.a.id,
      {
        format: 'faq',
        title: 'Do you deliver by bicycle?',
        content: 'In town we deliver by bicycle, every day from nine to five, and it costs nothing from 20 euros on.',
      },
      {
        title: 'Shop',
        content:
          '# Shop\n\n## How long may I keep a book?\n\nA borrowed book may be kept for four weeks, and for another two if nobody else has asked for it.\n\n## Opening hours of the reading room\n\nThe reading room is open from Tuesday to Saturday, from ten in the morning until six in the evening.',
      },
      {
        format: 'faq',
        title: 'What do we pay our suppliers?',
        content: 'That is nobody’s business but ours, and it is written down here for colleagues only.',
        visibility: 'internal',
      },
    );
    await gateway.know(gateway.tenants.b.id, {
      format: 'faq',
      title: 'Do you sell canoes?',
      content: 'We sell canoes for one, for two and for whole families, and paddles with them.',
    });
    const { items } = await owner.json<{ items: string[] }>('GET', '/v1/admin/setup/questions');
    expect(items).toEqual(['Do you deliver by bicycle?', 'How long may I keep a book?', 'Opening hours of the reading room']);
    expect((await stranger.json<{ items: string[] }>('GET', '/v1/admin/setup/questions')).items).toEqual(['Do you sell canoes?']);
  });
});

describe('a logo', () => {
  const send = (body: Uint8Array<ArrayBuffer> | string) =>
    fetch(`${gateway.url}/v1/admin/setup/logo`, {
      method: 'POST',
      headers: { cookie: owner.cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/octet-stream' },
      body,
    });

  it('is kept by its first bytes, shown while the settings name it, and only as a picture', async () => {
    const { logo } = (await (await send(PIXEL)).json()) as { logo: string };
    expect(logo).toMatch(/\.png$/);
    const path = `/v1/widget/logo/${gateway.tenants.a.websiteId}/${logo}`;
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
    await owner.json('PUT', '/v1/admin/settings/widget', { logo });
    const config = (await (await fetch(`${gateway.url}/v1/widget/config?website_id=${gateway.tenants.a.websiteId}`)).json()) as { logo_path: string };
    expect(config.logo_path).toBe(path);
    const shown = await fetch(`${gateway.url}${path}`);
    expect([shown.status, shown.headers.get('content-type'), shown.headers.get('x-content-type-options')]).toEqual([200, 'image/png', 'nosniff']);
    expect(shown.headers.get('content-security-policy')).toContain('sandbox');
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(PIXEL);
    expect((await fetch(`${gateway.url}/v1/widget/logo/${gateway.tenants.b.websiteId}/${logo}`)).status).toBe(404);
  });

  it.each([
    ['a drawing that may carry scripts', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a picture’s name without its bytes', 'PNG'],
    ['nothing', ''],
  ])('that is %s is refused', async (_what, body) => {
    expect((await send(body)).status).toBe(400);
  });
});
