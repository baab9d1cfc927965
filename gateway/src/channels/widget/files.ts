import { randomUUID } from 'node:crypto';
import { type SentFile, sentFileQuerySchema, VISITOR_FILE_BYTES_MAX } from '@netia/protocol';
import { z } from 'zod';
import type { StoredFile } from '../../conversations/visitor-files.ts';
import { AppError } from '../../errors.ts';
import { detectSentFile } from '../../files/detect-sent-file.ts';
import { type FileStore, fileKey } from '../../files/file-store.ts';
import { shownName } from '../../files/shown-name.ts';
import { visitorRoute } from '../../http/route.ts';
import { acceptMessage } from '../../inbox/accept-message.ts';
import type { WidgetParts } from './widget-parts.ts';

const NAME_MAX = 100;

/** POST /v1/widget/files: a picture or PDF for people to look at. The agent's word to it comes through /v1/widget/events. */
export const widgetFiles = ({ db, tenants, limits, live, answering, streams, files }: WidgetParts & { files: FileStore }) =>
  visitorRoute({
    method: 'post',
    path: '/v1/widget/files',
    summary: 'Send a picture (PNG, JPEG, WebP, GIF) or a PDF; the body is the file itself',
    status: 201,
    query: sentFileQuerySchema,
    takesRaw: true,
    bodyMax: VISITOR_FILE_BYTES_MAX,
    response: z.object({ message_id: z.string(), seq: z.int() }),
    handle: async ({ raw, query, session, address }) => {
      const { tenantId, conversationId } = session;
      if (streams.isStopping)
        throw new AppError('unavailable', 'The service is restarting. Send the same file again in a moment.', { headers: { 'Retry-After': '1' } });
      const { settings } = await tenants.get(tenantId);
      if (!settings.widget.takes_files) throw new AppError('forbidden', 'No files are taken here. Describe in words what you need.');
      const kind = await detectSentFile(raw);
      if (!kind) throw new AppError('unsupported_media_type', 'Only pictures (PNG, JPEG, WebP, GIF) and PDFs can be sent.');
      await limits.countMessage(tenantId, session.visitorId, address, settings.budget);
      await limits.countFile(tenantId, session.visitorId, raw.length);
      const file: StoredFile = { id: randomUUID(), name: nameOf(query.name, kind.ending), mediaType: kind.mediaType, byteSize: raw.length };
      const key = fileKey(tenantId, file.id);
      // Before the commit: a file without a row is lost space, a row without its file is a promise broken.
      await files.put(key, raw);
      const message = { tenantId, conversationId, channel: 'widget' as const, externalId: query.client_message_id, text: '', file };
      const accepted = await acceptMessage(db, message).catch(async (error: unknown) => {
        await files.remove(key);
        throw error;
      });
      if (!accepted.isNew) await files.remove(key);
      else {
        const sent: SentFile = { id: file.id, name: file.name, media_type: file.mediaType, byte_size: file.byteSize };
        live.publish(tenantId, conversationId, {
          id: String(accepted.seq),
          part: {
            type: 'message',
            seq: accepted.seq,
            message_id: accepted.id,
            sender_type: 'visitor',
            text: '',
            file: sent,
            client_message_id: query.client_message_id,
            created_at: accepted.createdAt.toISOString(),
          },
        });
      }
      if (accepted.lease) answering.begin(tenantId, conversationId, accepted.lease);
      return { message_id: accepted.id, seq: accepted.seq };
    },
  });

/** The visitor's name for it, with the ending of what it is: saved and opened, it is what it says. */
function nameOf(given: string, ending: string): string {
  const stem = shownName(given).replace(/\.[a-z0-9]{1,8}$/i, '');
  return `${[...stem].slice(0, NAME_MAX).join('').trim() || 'file'}.${ending}`;
}
