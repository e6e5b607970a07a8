/** What the settings page shows: the settings in force, what can be chosen, and what this user may do. */

import { KNOWN_SOURCES } from '../../src/handOffStory.ts';
import { readableDay, readableMoment, dayOf } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import type { DefinitionView, SettingsView } from '../../src/contract/settings.ts';
import { contentOf, type Definition, type EvidenceLine, type Signed } from '../../src/definitions.ts';
import { definitionNotice, type IcpDefinition } from '../../src/icp.ts';
import type { PortalMap } from '../../src/portal.ts';
import { ACTIVE_REASONS } from '../../src/presets.ts';
import { hubspotPreset } from '../../src/hubspotPreset.ts';
import { stepInWords } from '../../src/crosswalk.ts';
import { isReasonCode, reasonOf, REASONS } from '../../src/reasons.ts';
import { hasNoAdmin, mayDo, ROLE_LISTS, type RoleAction } from '../../src/roles.ts';
import { completeSettings, coolingFloorOf, standardReason, type Settings } from '../../src/settings.ts';
import { routeOf } from '../../src/tracks.ts';
import { findPortal, listDefinitionVersions, listSettingsVersions, loadSettings } from '../store/portals.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { evidenceLines } from './disputes.ts';
import { nameIn } from './saveSettings.ts';
import {
  DEFINITIONS,
  GUARD_MODE_LABELS,
  ENRICHMENT_WAY_LABELS,
  LEGAL_BASES,
  ROUTING_MODES,
  SCORE_MODES,
  TRACK_KINDS,
  type DefinitionKind,
} from '../../src/settingsLists.ts';

/** How many versions the page lists. */
const VERSIONS_SHOWN = 50;

/** The settings of the user's portal, for the page. Everybody who is signed in may read them. */
export async function viewSettings(
  context: FlowContext,
  identity: Identity,
): Promise<SettingsView | RefusalAnswer> {
  const { portalId, userId } = identity;
  return context.store.transaction(async (tx) => {
    const now = context.now();
    const portal = (await findPortal(tx, portalId))?.map ?? null;
    if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
    const latest = await loadSettings(tx, portalId);
    const versions = await listSettingsVersions(tx, portalId, VERSIONS_SHOWN);
    const earlier = await listDefinitionVersions(tx, portalId);
    const settings = completeSettings(latest?.body);
    const nameOf = (id: number): string => nameIn(portal, id);
    const may = (action: RoleAction): { allowed: boolean; why: string | null } => {
      const refusal = mayDo(action, userId, settings.roles, nameOf);
      return { allowed: refusal === null, why: refusal && refusalAnswer(context, refusal).sentence };
    };
    const sayEvidence = await evidenceLines(
      tx,
      portal,
      DEFINITIONS.flatMap(({ kind }) => settings.definitions[kind].draft?.evidence ?? []),
    );
    const byline = (by: number | string | null, at: Date): string =>
      `${by === null ? 'Somebody' : nameIn(portal, by)}, ${readableMoment(at, portal.timeZone)}`;
    return {
      ok: true,
      version: latest?.version ?? 0,
      saved: latest === null ? null : byline(latest.savedBy, latest.savedAt),
      settings: sectionsOf(settings),
      definitions: DEFINITIONS.map(({ kind }) => {
        const versionsOfKind = earlier.flatMap((one) =>
          // What listDefinitionVersions finds was in force once.
          one.kind === kind ? [one.inForce as Signed] : [],
        );
        return definitionView(kind, settings, versionsOfKind, { portal, now, sayEvidence });
      }),
      choices: choicesOf(portal, settings, identity),
      toolSecret: settings.roles.admins.includes(userId)
        ? (context.enrichmentTool?.secretOf(portalId) ?? null)
        : null,
      may: {
        save: may('save-settings'),
        claims: hasNoAdmin(settings.roles),
        draft: may('draft-definition'),
        signSales: may('sign-sales'),
        signMarketing: may('sign-marketing'),
      },
      history: versions.map((version) => ({
        version: version.version,
        by: version.savedBy === null ? 'Somebody' : nameOf(version.savedBy),
        at: version.savedAt.toISOString(),
        what: version.section ?? 'Settings',
      })),
    };
  });
}

function sectionsOf(settings: Settings): SettingsView['settings'] {
  const { reasons, vetoDays, undoSeconds, noteRequiredOnOther, gate, guard, handOff, followUp, sla, roles } =
    settings;
  const routes = reasons.map(({ code }) => routeOf(settings.routing, code));
  // Copies, since the wire's types are not read-only.
  return structuredClone({
    reasons: { reasons, vetoDays, undoSeconds, noteRequiredOnOther },
    routing: { ...settings.routing, routes },
    gate,
    guard,
    handOff,
    followUp,
    sla,
    roles,
  }) as SettingsView['settings'];
}

type Wire = SettingsView['choices'];

const reasonLabel = (code: string): string => (isReasonCode(code) ? reasonOf(code).label : code);

function choicesOf(
  portal: PortalMap,
  { roles, crosswalk }: Settings,
  identity: Identity,
): SettingsView['choices'] {
  // HubSpot names owners; an admin who owns no records is known by the signed request alone.
  const names = new Map<number, string>([
    ...ROLE_LISTS.flatMap((list) => roles[list]).map((id) => [id, nameIn(portal, id)] as const),
    [identity.userId, identity.userEmail ?? nameIn(portal, identity.userId)],
    ...Object.entries(portal.userNames).map(([id, name]) => [Number(id), name] as const),
  ]);
  const people = [...names].map(([userId, name]) => ({ userId, name }));
  return {
    reasons: REASONS.map(({ code }) => ({ ...standardReason(code), coolingFloor: coolingFloorOf(code) })),
    hubspot: structuredClone(hubspotPreset(portal.leads?.disqualificationOptions ?? [])) as Wire['hubspot'],
    crosswalk: crosswalk.map(
      (step) =>
        `${stepInWords(step, reasonLabel)}, until ${readableDay(step.day)} (version ${step.version}).`,
    ),
    activeReasons: { ...ACTIVE_REASONS },
    routingModes: ROUTING_MODES.map(({ mode, label }) => ({ value: mode, label })),
    trackKinds: TRACK_KINDS.map(({ kind, label }) => ({ value: kind, label })),
    scoreModes: SCORE_MODES.map(({ mode, label }) => ({ value: mode, label })),
    legalBases: LEGAL_BASES.map(({ basis, label }) => ({ value: basis, label })),
    guardModes: Object.entries(GUARD_MODE_LABELS).map(([value, label]) => ({ value, label })),
    enrichmentWays: Object.entries(ENRICHMENT_WAY_LABELS).map(([value, label]) => ({ value, label })),
    leadStatuses: [...portal.leadStatuses],
    leadStatusLabels: { ...portal.leadStatusLabels },
    sources: KNOWN_SOURCES,
    people: people.sort((a, b) => a.name.localeCompare(b.name, 'en')),
  };
}

function definitionView(
  kind: DefinitionKind,
  settings: Settings,
  versions: readonly Signed[],
  around: {
    readonly portal: PortalMap;
    readonly now: Date;
    readonly sayEvidence: (line: EvidenceLine) => string;
  },
): DefinitionView {
  const { portal, now, sayEvidence } = around;
  const { inForce, draft }: Definition<Signed> = settings.definitions[kind];
  const { label, meaning } = DEFINITIONS.find((row) => row.kind === kind) ?? { label: kind, meaning: '' };
  const name = (userId: string | null): string | null => (userId === null ? null : nameIn(portal, userId));
  return {
    kind,
    label,
    meaning,
    version: inForce.version,
    content: wireContent(contentOf(inForce)),
    signatures: signaturesOf(inForce, portal),
    notice: definitionNotice(inForce, now),
    draft: draft && {
      revision: draft.revision,
      content: wireContent(draft.content),
      evidence: (draft.evidence ?? []).map(sayEvidence),
      written: `${nameIn(portal, draft.writtenByUserId)}, ${readableMoment(new Date(draft.writtenAt), portal.timeZone)}`,
      signed: { sales: name(draft.signedBySalesUserId), marketing: name(draft.signedByMarketingUserId) },
    },
    earlier: versions
      .filter(({ version }) => version !== inForce.version)
      .map((one) => `v${one.version}: ${signaturesOf(one, portal)}`),
  };
}

function signaturesOf(definition: Signed, portal: PortalMap): string {
  const { signedAt, signedBySalesUserId: sales, signedByMarketingUserId: marketing } = definition;
  if (signedAt === null || sales === null || marketing === null) return 'not signed yet';
  const names = `${nameIn(portal, sales)} (sales) and ${nameIn(portal, marketing)} (marketing)`;
  return `signed by ${names} on ${readableDay(dayOf(new Date(signedAt), portal.timeZone))}`;
}

/** Which content belongs to which kind is what `Definitions` says; the wire's types are not read-only. */
function wireContent(
  content: Partial<Omit<IcpDefinition, keyof Signed>> | object,
): DefinitionView['content'] {
  return structuredClone(content) as DefinitionView['content'];
}
