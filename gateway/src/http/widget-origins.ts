import type { RequestHandler } from 'express';

/**
 * Lets pages of other origins call the widget's routes, with a token and never with cookies. Which sites may begin a
 * session is decided there, per tenant; here nothing is known of tenants yet.
 */
export const widgetOrigins: RequestHandler = (request, response, next) => {
  response.vary('Origin');
  response.set({ 'Access-Control-Allow-Origin': request.get('origin') ?? '*', 'Access-Control-Expose-Headers': 'Retry-After, X-Request-Id' });
  if (request.method !== 'OPTIONS') return next();
  response
    .set({
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Last-Event-ID',
      'Access-Control-Max-Age': '86400',
    })
    .status(204)
    .end();
};
