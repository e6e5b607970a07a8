/** Sentences for what can go wrong between the settings page and its server. */
export const FAILURES = {
  unreachable: 'The server cannot be reached just now. It may already have saved this: trying again is safe.',
  unreachableRead: 'The server cannot be reached just now. Please try again in a moment.',
  timeout: 'The server took too long to answer. It may already have saved this: trying again is safe.',
  timeoutRead: 'The server took too long to answer. Please try again in a moment.',
  busy: 'Too many requests at the same time just now. Please wait a few seconds, then try again.',
  serverTrouble: 'The server has trouble just now. It may already have saved this: trying again is safe.',
  serverTroubleRead: 'The server has trouble just now. Please try again in a moment.',
  notLetIn: 'The server did not let this page in; nothing was changed.',
  misunderstood: 'The server did not understand this page. Reload it; if that does not help, upload it anew.',
  noAddress: 'This page does not know its server. Set API_BASE_URL in the profile and upload again.',
} as const;
