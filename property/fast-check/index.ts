// faultline/fast-check: arbitraries of what runs are made from, which shrink by our own moves; scenarios as properties; and
// model-based commands against a simulated system.

export { ask, type Question } from './asking.ts'
export { assertScenario, type AssertScenarioOptions, ScenarioFailure } from './assert-scenario.ts'
export { commandSequences, type CommandsOptions, type SimulatedCommand } from './commands.ts'
export { modelRun, ModelRunError, type ModelSetup, type ModelWorld } from './model-run.ts'
export { plans, type PlansOptions } from './plans.ts'
export { choicesOf, type DrawnRun, runs, type RunsOptions, type Settings } from './runs.ts'
export { seeds } from './seeds.ts'
export { type GroupSizes, topologies } from './topologies.ts'
export { type Workload, workloads } from './workloads.ts'
