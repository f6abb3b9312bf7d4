// What a balancer is told.

export { type BackendSpec, backendsMax, readBackendList } from './backend-list.ts'
export {
  balanceNames,
  type BalancerSettings,
  balancerSettingNames,
  type HashOn,
  loadBalancerAdminHost,
  loadBalancerAdminPort,
  loadBalancerPort,
  readSettings,
} from './settings.ts'
export { BalancerSettingsError } from './settings-reader.ts'
