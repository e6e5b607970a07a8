import { ACCOUNT_OPERATIONS } from './account.ts';
import { ASSOCIATION_OPERATIONS } from './associations.ts';
import { BATCH_OPERATIONS } from './batch.ts';
import { CALLBACK_OPERATIONS } from './callbacks.ts';
import type { Operation } from './call.ts';
import { EMAIL_SUBSCRIPTION_OPERATIONS } from './emailSubscriptions.ts';
import { ERASURE_OPERATIONS } from './erasure.ts';
import { LIST_OPERATIONS } from './lists.ts';
import { MEMBERSHIP_OPERATIONS } from './memberships.ts';
import { MERGE_OPERATIONS } from './merges.ts';
import { OBJECT_OPERATIONS } from './objects.ts';
import { OWNER_OPERATIONS } from './owners.ts';
import { PIPELINE_OPERATIONS } from './pipelines.ts';
import { PROPERTY_OPERATIONS } from './properties.ts';
import { PROPERTY_GROUP_OPERATIONS } from './propertyGroups.ts';
import { SEARCH_OPERATIONS } from './search.ts';
import { SEQUENCE_OPERATIONS } from './sequences.ts';

/** Every operation of the emulated API. Fixed words in a path come before parameters, so that they win. */
export const OPERATIONS: readonly Operation[] = [
  ...BATCH_OPERATIONS,
  ...SEARCH_OPERATIONS,
  ...MERGE_OPERATIONS,
  ...ERASURE_OPERATIONS,
  ...ASSOCIATION_OPERATIONS,
  ...OBJECT_OPERATIONS,
  ...PROPERTY_GROUP_OPERATIONS,
  ...PROPERTY_OPERATIONS,
  ...OWNER_OPERATIONS,
  ...PIPELINE_OPERATIONS,
  ...MEMBERSHIP_OPERATIONS,
  ...LIST_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...EMAIL_SUBSCRIPTION_OPERATIONS,
  ...SEQUENCE_OPERATIONS,
  ...CALLBACK_OPERATIONS,
];
