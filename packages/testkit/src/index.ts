export { openTestDatabase, type TestDatabase } from './database.ts';
export { type Answer, FakeModels, type ModelCall } from './fake-models.ts';
export { freePort } from './free-port.ts';
export { type LookAlike, type LookAlikes, makeLookAlikes } from './look-alikes.ts';
export { prepareTemplate } from './template.ts';
export { until } from './until.ts';
