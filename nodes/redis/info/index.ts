/** INFO, and what it needs to have been sampled. */
export { type InfoFields, type InfoSection, infoText } from './info.ts'
export { Rates } from './rates.ts'
export { RecentPeaks } from './recent-peaks.ts'
export { sampleClients, sampleStatistics } from './sampling.ts'
