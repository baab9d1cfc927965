export { type Connection, type ConnectOptions, connect } from './connect.ts';
export { DatabaseUnreachable, isConnectionFailure, isExtensionMissing, isPassing, isRightMissing, isUniqueViolation } from './failures.ts';
export { type Database, openDoors, type Transaction } from './in-tenant.ts';
export { type AppliedMigration, MIGRATIONS_FOLDER, migrate } from './migrate.ts';
