export * from './admin.ts';
export * from './answer-part.ts';
export * from './error-codes.ts';
export * from './names.ts';
export * from './people.ts';
export * from './settings.ts';
export * from './widget-requests.ts';
