import { DatabaseUnreachable, isPassing } from '@netia/db';
import type { ErrorBody } from '@netia/protocol';
import type { ErrorRequestHandler } from 'express';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { RequestContext } from './request-context.ts';

/** Turns whatever was thrown into the one error body. The unknown stays unknown to the caller and loud in the log. */
export function errorHandler(metrics: Metrics): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const { requestId, log } = request as unknown as RequestContext;
    const error = asAppError(thrown);
    metrics.errors.inc({ code: error.code });
    if (error.status >= 500) log.error({ err: thrown, code: error.code }, 'request failed');
    else log.debug({ code: error.code, message: error.message }, 'request refused');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const body: ErrorBody = {
      error: { code: error.code, message: error.message, request_id: requestId, ...(error.details === undefined ? {} : { details: error.details }) },
    };
    response.status(error.status).set(error.headers).json(body);
  };
}

/** What body-parser and Express itself throw: HTTP errors with a type. */
interface HttpError {
  status?: number;
  type?: string;
  limit?: number;
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof DatabaseUnreachable || isPassing(thrown))
    return new AppError('unavailable', 'The service is not ready. Send the same request again in a moment.', {
      cause: thrown,
      headers: { 'Retry-After': '2' },
    });
  const { status, type, limit } = (thrown ?? {}) as HttpError;
  if (type === 'entity.too.large')
    return new AppError('payload_too_large', `The body is too large; the limit is ${limit} bytes.`, { details: { limit }, cause: thrown });
  if (type === 'entity.parse.failed') return new AppError('invalid_request', 'The body is not valid JSON.', { cause: thrown });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new AppError('unsupported_media_type', 'Send UTF-8 JSON, uncompressed or compressed with gzip.', { cause: thrown });
  if (status !== undefined && status >= 400 && status < 500) return new AppError('invalid_request', 'The request could not be read.', { cause: thrown });
  return new AppError('internal', 'Something went wrong on our side.', { cause: thrown });
}
