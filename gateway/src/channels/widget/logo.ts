import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { mediaTypeOf } from '../../files/detect-image.ts';
import { type FileStore, fileKey, INERT } from '../../files/file-store.ts';
import { publicRoute } from '../../http/route.ts';
import type { TenantDirectory } from '../../tenants/settings.ts';

/** GET /v1/widget/logo/…: the picture beside the title, as long as the settings name it. */
export const widgetLogo = ({ tenants, files }: { tenants: TenantDirectory; files: FileStore }) =>
  publicRoute({
    method: 'get',
    path: '/v1/widget/logo/:website_id/:name',
    summary: "The picture beside the widget's title",
    tenantSource: 'website_id',
    params: z.object({ website_id: z.string().min(1).max(255), name: z.string().max(60) }),
    handle: async ({ params, response }) => {
      const tenant = await tenants.findByWebsite('widget', params.website_id);
      // Only what is in use: nobody lists or guesses files here.
      if (!tenant || params.name === '' || tenant.settings.widget.logo !== params.name) throw new AppError('not_found', 'There is no such picture.');
      const [id = '', ending = ''] = params.name.split('.');
      const bytes = await files.get(fileKey(tenant.id, id)).catch((cause: unknown) => {
        throw new AppError('not_found', 'There is no such picture.', { cause });
      });
      response.set({
        ...INERT,
        'Content-Type': mediaTypeOf(ending) ?? 'application/octet-stream',
        // Pages that isolate themselves show only what allows it.
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cache-Control': 'public, max-age=31536000, immutable',
      });
      response.send(bytes);
    },
  });
