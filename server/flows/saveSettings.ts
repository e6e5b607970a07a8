/** Changes a portal's settings: one section at a time, or a definition by draft and signature. */

import { dayOf } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import { crosswalkProblems, withSteps, type CrosswalkEdit } from '../../src/crosswalk.ts';
import type {
  DraftRequest,
  SettingsAnswer,
  SettingsRequest,
  SignRequest,
} from '../../src/contract/settings.ts';
import {
  definitionLabel,
  signDraft,
  writeDraft,
  type ContentOf,
  type Definition,
  type Definitions,
  type Signed,
} from '../../src/definitions.ts';
import { isHubSpotPreset } from '../../src/hubspotPreset.ts';
import { propertiesNamed, type KnownMarks } from '../../src/handOffProblems.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { Refusal } from '../../src/refusals.ts';
import { namedInRouting, type KnownRouting } from '../../src/routingMarks.ts';
import { hasNoAdmin, mayDo, type RoleAction } from '../../src/roles.ts';
import { bodyOf, completeSettings, type Settings } from '../../src/settings.ts';
import { isPropertyName } from '../../src/settingsWords.ts';
import { applyEdit, editProblems } from '../../src/settingsEdit.ts';
import { definitionProblems, problemsOf } from '../../src/settingsProblems.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { findPortal, loadSettings, saveSettings, type SavedSettings } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { answerOnce } from './requestAnswers.ts';
import { SECTIONS, type DefinitionKind, type Section } from '../../src/settingsLists.ts';

/** What a change is decided on. */
type Before = {
  readonly portal: PortalMap;
  readonly latest: SavedSettings | null;
  readonly version: number;
  readonly settings: Settings;
  readonly nameOf: (userId: number) => string;
};

type Changed =
  | { readonly ok: true; readonly settings: Settings; readonly section: string; readonly said: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** Saves one section, as the next version. Nothing is merged: whoever saw an older version is told and saves nothing. */
export async function saveSection(
  context: FlowContext,
  identity: Identity,
  request: SettingsRequest,
): Promise<SettingsAnswer | RefusalAnswer> {
  const marks = await marksFor(context, identity, request);
  if ('ok' in marks) return marks;
  return change(context, identity, request, 'saveSettings', 'save-settings', (before, now) => {
    if (request.basedOnVersion !== before.version) return refuse(changedSince(before, now));
    const settings = editedBy(before, request, identity.userId, now);
    const problems = [
      ...crosswalkProblems(readAnewBy(request), codesOf(before.settings), codesOf(settings)),
      ...editProblems(before.settings, settings, {
        userNames: before.portal.userNames,
        userId: identity.userId,
      }),
      ...problemsOf(settings, { ...before.portal, ...marks }, [request.section]),
    ];
    if (problems.length > 0) return refuse({ kind: 'settings-invalid', problems });
    return { ok: true, settings, section: labelOf(request.section), said: claimed(before) };
  });
}

type Marks = { readonly marks?: KnownMarks; readonly routingMarks?: KnownRouting };

/** What the portal has of what an edit names: asked before anything is locked. */
async function marksFor(
  context: FlowContext,
  identity: Identity,
  request: SettingsRequest,
): Promise<Marks | RefusalAnswer> {
  const { portalId } = identity;
  const portal = (await findPortal(context.store.db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  try {
    return await readMarks(context, portal, identity, request);
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn(
      { portalId, kind: error.kind, err: error },
      'what the settings name could not be looked up',
    );
    return refusalAnswer(context, { kind: 'hubspot-unreachable' });
  }
}

async function readMarks(
  { gateway, store }: FlowContext,
  portal: PortalMap,
  { userId }: Identity,
  request: SettingsRequest,
): Promise<Marks> {
  switch (request.section) {
    case 'handOff': {
      const { acknowledgement: mark } = request.value;
      const properties = propertiesNamed(request.value).filter(isPropertyName);
      const listId = mark?.kind === 'list' && /^\d+$/.test(mark.listId) ? mark.listId : null;
      if (properties.length === 0 && listId === null) return {};
      return { marks: await gateway.readMarks(portal, { properties, listId }) };
    }
    case 'routing': {
      const settings = completeSettings((await loadSettings(store.db, portal.portalId))?.body);
      const { routing } = applyEdit(settings, request, userId);
      // What was decided about reasons out of use stays as it is: nobody could mend it on the page.
      const routes = routing.routes.slice(0, request.value.routes.length);
      const named = namedInRouting({ ...routing, routes });
      return { routingMarks: await gateway.readRoutingMarks(portal, named, userId) };
    }
    case 'reasons':
    case 'gate':
    case 'guard':
    case 'followUp':
    case 'sla':
    case 'roles':
      return {};
  }
}

const readAnewBy = (request: SettingsRequest): CrosswalkEdit =>
  request.section === 'reasons' ? (request.value.crosswalk ?? []) : [];

const codesOf = ({ reasons }: Settings): readonly string[] => reasons.map(({ code }) => code);

/** The settings after an edit, with how the history of what it takes out is read. */
function editedBy(before: Before, request: SettingsRequest, userId: number, now: Date): Settings {
  const edited = applyEdit(before.settings, request, userId);
  const at = { day: dayOf(now, before.portal.timeZone), version: before.version + 1 };
  const preset = presetIn(edited, before.portal);
  return { ...edited, preset, crosswalk: withSteps(edited.crosswalk, readAnewBy(request), at) };
}

/** What is no ready preset may be the reasons of the portal's own Leads. */
const presetIn = (edited: Settings, { leads }: PortalMap): Settings['preset'] =>
  edited.preset === 'own' && isHubSpotPreset(codesOf(edited), leads?.disqualificationOptions ?? [])
    ? 'hubspot'
    : edited.preset;

/** Writes the draft of a definition; signatures of an earlier draft do not count for it. */
export function draftDefinition(
  context: FlowContext,
  identity: Identity,
  kind: DefinitionKind,
  request: DraftRequest,
): Promise<SettingsAnswer | RefusalAnswer> {
  const route = `draftDefinition ${kind}`;
  return change(context, identity, request, route, 'draft-definition', (before, now) => {
    if (request.basedOnVersion !== before.version) return refuse(changedSince(before, now));
    const problems = definitionProblems(kind, request.value);
    if (problems.length > 0) return refuse({ kind: 'settings-invalid', problems });
    const by = { userId: identity.userId, revision: before.version + 1 };
    const written = <D extends Signed>(definition: Definition<D>): Definition<D> =>
      // The route has read the value with the schema of this kind.
      writeDraft(definition, request.value as unknown as ContentOf<D>, by, now);
    const label = definitionLabel(kind);
    return {
      ok: true,
      settings: withDefinition(before.settings, kind, written),
      section: `${label} draft`,
      said: `The ${label} draft waits for a signature of sales and one of marketing.`,
    };
  });
}

/** Signs a draft for one side; with the second signature it is in force. */
export function signDefinition(
  context: FlowContext,
  identity: Identity,
  kind: DefinitionKind,
  request: SignRequest,
): Promise<SettingsAnswer | RefusalAnswer> {
  const action = request.side === 'sales' ? 'sign-sales' : 'sign-marketing';
  return change(context, identity, request, `signDefinition ${kind}`, action, (before, now) => {
    const { side, revision } = request;
    const signed = signDraft<Signed>(
      before.settings.definitions[kind],
      { userId: identity.userId, side, revision },
      now,
    );
    if (!signed.ok) return refuse(signed.refusal);
    const label = definitionLabel(kind);
    const { version } = signed.definition.inForce;
    return {
      ok: true,
      settings: withDefinition(
        before.settings,
        kind,
        <D extends Signed>() => signed.definition as Definition<D>,
      ),
      section: signed.inForce ? `${label} v${version} in force` : `${label} draft signed for ${side}`,
      said: signed.inForce
        ? `${label} v${version} is in force, signed by both sides.`
        : `Signed for ${side}. The draft takes force when the other side has signed.`,
    };
  });
}

/** Gathers, lets `decide` decide, and saves the next version, with its answer kept for a second delivery. */
function change(
  context: FlowContext,
  identity: Identity,
  { requestId }: { readonly requestId: string },
  route: string,
  action: RoleAction,
  decide: (before: Before, now: Date) => Changed,
): Promise<SettingsAnswer | RefusalAnswer> {
  return answerOnce(context, identity, { requestId, route }, (tx, now) =>
    changeIn(tx, context, identity, now, action, decide),
  );
}

/** As a part of something larger: the one way in which settings are saved. */
export async function changeIn(
  tx: Handle,
  context: FlowContext,
  { portalId, userId }: Identity,
  now: Date,
  action: RoleAction,
  decide: (before: Before, now: Date) => Changed,
): Promise<SettingsAnswer | RefusalAnswer> {
  const portal = (await findPortal(tx, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const before = await gather(tx, portal);
  const refusal = mayDo(action, userId, before.settings.roles, before.nameOf);
  if (refusal !== null) return refusalAnswer(context, refusal);
  const decided = decide(before, now);
  if (!decided.ok) return refusalAnswer(context, decided.refusal);
  const version = await saveSettings(tx, {
    portalId,
    body: bodyOf(decided.settings),
    basedOnVersion: before.version,
    savedAt: now,
    savedBy: userId,
    section: decided.section,
  });
  if (version === null) return refusalAnswer(context, changedSince(await gather(tx, portal), now));
  const said = `Saved as version ${version}. ${decided.said}`.trim();
  return { ok: true, version, said };
}

async function gather(tx: Handle, portal: PortalMap): Promise<Before> {
  const latest = await loadSettings(tx, portal.portalId);
  return {
    portal,
    latest,
    version: latest?.version ?? 0,
    settings: completeSettings(latest?.body),
    nameOf: (userId) => nameIn(portal, userId),
  };
}

/** What people call a user of the portal. */
export function nameIn(portal: Pick<PortalMap, 'userNames'>, userId: number | string): string {
  return portal.userNames[String(userId)] ?? `user ${userId}`;
}

function changedSince({ latest, nameOf }: Before, now: Date): Refusal {
  const by = latest === null || latest.savedBy === null ? 'Somebody' : nameOf(latest.savedBy);
  return { kind: 'settings-changed', by, since: (latest?.savedAt ?? now).toISOString() };
}

/** Settings with one definition written anew; the rules follow the one in force. */
export function withDefinition(
  settings: Settings,
  kind: DefinitionKind,
  edit: <D extends Signed>(definition: Definition<D>) => Definition<D>,
): Settings {
  const before = settings.definitions;
  const definitions: Definitions = {
    icp: kind === 'icp' ? edit(before.icp) : before.icp,
    mql: kind === 'mql' ? edit(before.mql) : before.mql,
    sql: kind === 'sql' ? edit(before.sql) : before.sql,
  };
  return { ...settings, definitions, icp: definitions.icp.inForce };
}

const claimed = ({ settings }: Before): string =>
  hasNoAdmin(settings.roles) ? 'You are the admin of these settings now.' : '';

const labelOf = (section: Section): string => SECTIONS.find(({ key }) => key === section)?.label ?? section;

const refuse = (refusal: Refusal): Changed => ({ ok: false, refusal });
