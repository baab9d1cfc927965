import { ERROR_CODES } from '@netia/protocol';
import { z } from 'zod';
import type { Route } from './route.ts';

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return rest;
};

/** The OpenAPI 3.1 document of the routes, made from the schemas they are checked with. */
export function describeApi(routes: Route[], publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method] = describeRoute(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Netia',
      version: '1',
      description:
        'An AI agent for any website that answers only from what the business has written. Lists are paged by cursor; a POST with an Idempotency-Key has its effect once.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of the tenant (nk_…)' },
        session: { type: 'http', scheme: 'bearer', description: 'The token of a widget session' },
        console: { type: 'apiKey', in: 'cookie', name: '__Host-netia', description: 'The cookie of a browser that is signed in to the console' },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message', 'request_id'],
              properties: { code: { enum: Object.keys(ERROR_CODES) }, message: { type: 'string' }, request_id: { type: 'string' }, details: {} },
            },
          },
        },
      },
    },
  };
}

function describeRoute(route: Route): object {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')];
  if (route.method === 'post' && !['public', 'visitor', 'person'].includes(route.access))
    parameters.push({ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } });
  const status = String(route.status ?? (route.response || !['delete'].includes(route.method) ? 200 : 204));
  return {
    summary: route.summary,
    ...(route.access === 'public'
      ? { security: [] }
      : route.access === 'visitor'
        ? { security: [{ session: [] }] }
        : route.access === 'person'
          ? { security: [{ console: [] }] }
          : { security: [{ apiKey: [] }, { console: [] }], description: `Needs the scope \`${route.access}\`.` }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(route.body, 'input') } } } } : {}),
    responses: {
      [status]: { description: 'Done', ...(route.response ? { content: { 'application/json': { schema: jsonSchema(route.response, 'output') } } } : {}) },
      default: { description: 'Refused', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as { properties?: Record<string, object>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({ name, in: place, required: place === 'path' || required.includes(name), schema: property }));
}
