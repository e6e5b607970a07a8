/**
 * Installs the product in a portal and reads what plans are written in: the property group, our properties, the static
 * lists, the Lead pipelines and the portal's own options. Everything that exists is kept as it is; what is missing is
 * made; what contradicts us is reported, never overwritten. Can be repeated at any time, by several processes at once.
 */

import { z } from 'zod';
import { PROPERTY_GROUP } from '../../src/mqlProperties.ts';
import { normalisedLabel } from '../../src/hubspotPreset.ts';
import type { PortalMap } from '../../src/portal.ts';
import {
  DESTINATIONS,
  listNameOf,
  REASONS,
  type DestinationKey,
  type ReasonCode,
} from '../../src/reasons.ts';
import type { PortalRef } from './budget.ts';
import type { HubSpotClient } from './client.ts';
import { HubSpotError } from './errors.ts';
import { readOwners } from './owners.ts';
import { OBJECT_TYPES, paths } from './paths.ts';
import {
  installProperties,
  optionsOf,
  readProperties,
  readProperty,
  type Definition,
} from './propertyDefinitions.ts';

export type Provisioned = {
  readonly map: PortalMap;
  /** What was made, restored or completed, by name. Empty when everything was there. */
  readonly made: readonly string[];
  /** What an admin has to look at, in sentences. */
  readonly problems: readonly string[];
};

const accountDetails = z.object({ timeZone: z.string(), uiDomain: z.string() });

/** Rejects with a HubSpotError when HubSpot cannot be asked, or refuses what the product cannot do without. */
export async function provisionPortal(hubspot: HubSpotClient, portalId: number): Promise<Provisioned> {
  // Dozens of calls at the first start: a rep who opens a card meanwhile goes first.
  const client: HubSpotClient = {
    ...hubspot,
    call: (portal, request, schema) => hubspot.call(portal, { ...request, priority: 'backfill' }, schema),
  };
  // The time zone matters to a call only once the day's quota is used up.
  const unknownZone: PortalRef = { portalId, timeZone: 'UTC' };
  const account = await client.call(
    unknownZone,
    { method: 'GET', path: paths.accountDetails },
    accountDetails,
  );
  const ref: PortalRef = { portalId, timeZone: account.timeZone };
  const made: string[] = [];
  const problems: string[] = [];
  if (await installGroup(client, ref)) made.push(`property group ${PROPERTY_GROUP.name}`);
  await installProperties(client, ref, { made, problems });
  const listIds = await installLists(client, ref, { made, problems });
  const definitions = await readProperties(client, ref, 'contacts');
  const leadStatuses = shownOptions(definitions.get('hs_lead_status'));
  const map: PortalMap = {
    portalId,
    timeZone: account.timeZone,
    uiDomain: account.uiDomain,
    ...(await readUsers(client, ref, problems)),
    listIds,
    leadStatuses: leadStatuses.map(({ value }) => value),
    leadStatusLabels: Object.fromEntries(leadStatuses.map(({ value, label }) => [value, label])),
    lifecycleStages: shownOptions(definitions.get('lifecyclestage')),
    leads: await readLeadSetup(client, ref),
  };
  return { map, made, problems };
}

/** Names are a kindness: without the permission to read them, people are shown by their ids and tasks have no owner. */
async function readUsers(
  client: HubSpotClient,
  ref: PortalRef,
  problems: string[],
): Promise<Required<Pick<PortalMap, 'userNames' | 'ownerIds'>>> {
  try {
    const owners = await readOwners({ client, portal: ref, priority: 'backfill' });
    const users = owners.flatMap(({ userId, ...owner }) => (userId === null ? [] : [{ userId, ...owner }]));
    return {
      userNames: Object.fromEntries(users.map(({ userId, name }) => [String(userId), name])),
      ownerIds: Object.fromEntries(users.map(({ userId, ownerId }) => [String(userId), ownerId])),
    };
  } catch (error) {
    const refused = error instanceof HubSpotError && ['forbidden', 'missing-scopes'].includes(error.kind);
    if (!refused) throw error;
    problems.push(`Users are shown by their ids, since their names cannot be read. ${error.sentence}`);
    return { userNames: {}, ownerIds: {} };
  }
}

async function installGroup(client: HubSpotClient, ref: PortalRef): Promise<boolean> {
  const path = paths.propertyGroup('contacts', PROPERTY_GROUP.name);
  try {
    await client.call(ref, { method: 'GET', path }, z.unknown());
    return false;
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'not-found') throw error;
  }
  try {
    const request = { method: 'POST', path: paths.propertyGroups('contacts'), body: PROPERTY_GROUP } as const;
    await client.call(ref, request, z.unknown());
    return true;
  } catch (error) {
    // Another process made it in between.
    if (error instanceof HubSpotError && error.kind === 'conflict-exists') return false;
    throw error;
  }
}

type Findings = { readonly made: string[]; readonly problems: string[] };

async function installLists(
  client: HubSpotClient,
  ref: PortalRef,
  { made, problems }: Findings,
): Promise<Record<DestinationKey, string>> {
  const listIds: Partial<Record<DestinationKey, string>> = {};
  for (const destination of DESTINATIONS) {
    const name = listNameOf(destination);
    const existing = await findList(client, ref, name);
    const list = existing ?? (await createList(client, ref, name));
    if (existing === null) made.push(`list “${name}”`);
    // Only MANUAL and SNAPSHOT lists take members from us.
    if (list.processingType === 'DYNAMIC') {
      problems.push(`The list “${name}” is an active list. Rename it, then repair the installation again.`);
    }
    listIds[destination.key] = list.listId;
  }
  return listIds as Record<DestinationKey, string>;
}

const listAnswer = z.object({ list: z.object({ listId: z.coerce.string(), processingType: z.string() }) });
type List = z.infer<typeof listAnswer>['list'];

async function findList(client: HubSpotClient, ref: PortalRef, name: string): Promise<List | null> {
  try {
    const { list } = await client.call(ref, { method: 'GET', path: paths.listByName(name) }, listAnswer);
    return list;
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'not-found') return null;
    throw error;
  }
}

async function createList(client: HubSpotClient, ref: PortalRef, name: string): Promise<List> {
  try {
    const body = { name, objectTypeId: OBJECT_TYPES.contacts, processingType: 'MANUAL' };
    const { list } = await client.call(ref, { method: 'POST', path: paths.lists, body }, listAnswer);
    return list;
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    const list = error.retry ? null : await findList(client, ref, name);
    // Another process made it in between: HubSpot refuses the second list of the same name.
    if (list !== null) return list;
    throw error;
  }
}

function shownOptions(definition: Definition | undefined): { value: string; label: string }[] {
  return optionsOf(definition)
    .filter(({ hidden }) => hidden !== true)
    .map(({ value, label }) => ({ value, label }));
}

const stage = z.object({
  id: z.string(),
  label: z.string(),
  displayOrder: z.number().nullish(),
  archived: z.boolean().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
type Stage = z.infer<typeof stage>;
const pipelinesAnswer = z.object({
  results: z.array(z.object({ id: z.string(), archived: z.boolean().nullish(), stages: z.array(stage) })),
});

/** The portal's Lead object, or `null` where its subscription has none (HubSpot answers 403, or does not know it). */
async function readLeadSetup(client: HubSpotClient, ref: PortalRef): Promise<PortalMap['leads']> {
  try {
    const { results } = await client.call(
      ref,
      { method: 'GET', path: paths.pipelines('leads') },
      pipelinesAnswer,
    );
    const reasons = await readProperty(client, ref, 'leads', 'hs_lead_disqualification_reason');
    const pipelines = results
      .filter(({ archived }) => archived !== true)
      .map(({ id, stages }) => {
        const live = stages
          .filter(({ archived }) => archived !== true)
          .sort((a, b) => (a.displayOrder ?? 0) - (b.displayOrder ?? 0));
        return {
          pipelineId: id,
          disqualifiedStageId: stageLike(live, DISQUALIFIED)?.id ?? null,
          connectedStageId: stageLike(live, CONNECTED)?.id ?? null,
          stages: live.map(({ id: stageId, label }) => ({ stageId, label })),
        };
      });
    const options = optionsOf(reasons);
    return {
      pipelines,
      disqualificationOptions: options.map(({ value, label }) => ({ value, label })),
      disqualificationReasons: matchReasons(options),
    };
  } catch (error) {
    const unavailable: readonly string[] = ['forbidden', 'missing-scopes', 'not-found'];
    if (error instanceof HubSpotError && unavailable.includes(error.kind)) return null;
    throw error;
  }
}

/** How a stage is told: by the id in HubSpot's default pipeline, its label in own ones, then by its state. */
type StageSigns = { readonly id: string; readonly labels: readonly string[]; readonly state: string };
const DISQUALIFIED: StageSigns = {
  id: 'unqualified-stage-id',
  labels: ['disqualified', 'unqualified'],
  state: 'UNQUALIFIED',
};
const CONNECTED: StageSigns = { id: 'connected-stage-id', labels: ['connected'], state: 'IN_PROGRESS' };

function stageLike(stages: readonly Stage[], signs: StageSigns): Stage | undefined {
  return (
    stages.find(({ id }) => id === signs.id) ??
    stages.find(({ label }) => signs.labels.includes(normalisedLabel(label))) ??
    stages.findLast(({ metadata }) => Object.values(metadata ?? {}).includes(signs.state))
  );
}

/** Our reason code → the portal's own option, where a label says the same. */
function matchReasons(
  options: readonly { readonly value: string; readonly label: string }[],
): Partial<Record<ReasonCode, string>> {
  const matched: Partial<Record<ReasonCode, string>> = {};
  for (const reason of REASONS) {
    const labels = [reason.label, ...reason.hubspotLabels].map(normalisedLabel);
    const option = labels
      .map((label) => options.find((candidate) => normalisedLabel(candidate.label) === label))
      .find((candidate) => candidate !== undefined);
    if (option !== undefined) matched[reason.code] = option.value;
  }
  return matched;
}
