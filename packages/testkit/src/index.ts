export { type Answer, FakeModels, type ModelCall } from './fake-models.ts';
export { freePort } from './free-port.ts';
export { openTestDatabase, type TestDatabase } from './database.ts';
export { prepareTemplate } from './template.ts';
export { makeLookAlikes, type LookAlikes } from './look-alikes.ts';
export { until } from './until.ts';
