// Campaigns that are guided by what their runs reach.

export { type CampaignOptions, type CampaignResult, guidedCampaign } from './campaign.ts'
