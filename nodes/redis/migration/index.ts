export { type Migration, type MigrationEnd, Migrations } from './migration.ts'
