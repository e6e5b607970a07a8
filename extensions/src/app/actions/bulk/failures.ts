/** Sentences for what can go wrong between an extension and our server. Each folder has this file; a test compares them. */
export const FAILURES = {
  unreachable:
    'The server cannot be reached just now. It may already have your answer: trying again is safe.',
  unreachableRead: 'The server cannot be reached just now. Please try again in a moment.',
  timeout: 'The server took too long to answer. It may already have your answer: trying again is safe.',
  timeoutRead: 'The server took too long to answer. Please try again in a moment.',
  busy: 'Too many requests at the same time just now. Please wait a few seconds, then try again.',
  serverTrouble: 'The server has trouble just now. It may already have your answer: trying again is safe.',
  serverTroubleRead: 'The server has trouble just now. Please try again in a moment.',
  notLetIn: 'The server did not let this app in. Please tell your HubSpot admin; nothing was changed.',
  misunderstood:
    'The server did not understand this app. Reload the page; if that does not help, tell your admin.',
  noAddress:
    'This app does not know its server. Please ask your HubSpot admin to set API_BASE_URL and upload again.',
} as const;
