/** Properties that an enrichment tool may fill in, by the names that HubSpot has for them. */
export const ENRICHED_PROPERTIES = [
  'firstname',
  'lastname',
  'email',
  'phone',
  'mobilephone',
  'company',
  'jobtitle',
  'country',
] as const;
